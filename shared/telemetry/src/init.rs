//! Installing the subscriber: log layer, trace layer, exporter. Called once, by `runtime`.
//!
//! Traces exist even without a collector, so that every log line and every message carries a
//! trace id. The exporter runs on a thread and runtime of its own: a slow or dead collector costs
//! spans, never time. The two layers filter separately: `log_filter` does not cut traces.
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::runtime::TokioCurrentThread;
use opentelemetry_sdk::trace::span_processor_with_async_runtime::BatchSpanProcessor;
use opentelemetry_sdk::trace::{BatchConfigBuilder, Sampler, SdkTracerProvider};
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::{FilterExt as _, LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::TelemetryConfig;
use crate::log_layer::LogLayer;
use crate::log_output::LogOutput;

/// Finished spans that may wait for the collector; more are dropped and counted.
const SPAN_QUEUE_MAX: usize = 8192;
/// Spans per export request.
const SPAN_BATCH_MAX: usize = 512;
/// How long finished spans wait for company.
const EXPORT_INTERVAL: Duration = Duration::from_secs(2);
/// One export request, retries included.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// All of [`Telemetry::shutdown`].
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(5);

/// The running telemetry of this process. Keep it until the end, then call [`Telemetry::shutdown`].
#[must_use = "spans and log lines are lost when it is not shut down"]
pub struct Telemetry {
    provider: SdkTracerProvider,
    output: LogOutput,
}

/// Why telemetry could not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `log_filter` cannot be parsed.
    #[error("telemetry.log_filter is not a valid filter")]
    LogFilter(#[from] tracing_subscriber::filter::ParseError),
    /// `sample_ratio` is outside 0 to 1.
    #[error("telemetry.sample_ratio must be between 0 and 1, is {0}")]
    SampleRatio(f64),
    /// `otlp_endpoint` cannot be used.
    #[error("telemetry.otlp_endpoint cannot be used")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The log thread could not be started.
    #[error("the log thread could not be started")]
    LogThread(#[from] std::io::Error),
    /// Another subscriber is installed in this process.
    #[error("telemetry is already installed in this process")]
    Installed(#[from] tracing_subscriber::util::TryInitError),
}

/// Installs logs and traces for the whole process under the name `service`.
///
/// # Errors
/// When the configuration is not usable or a subscriber is already installed.
pub fn init(service: &str, config: &TelemetryConfig) -> Result<Telemetry, TelemetryError> {
    let provider = provider(service, config)?;
    let output = LogOutput::stdout()?;
    install(service, config, &provider, &output)?;
    Ok(Telemetry { provider, output })
}

/// Installs [`subscriber`] for the process; shared with [`crate::testing`].
pub(crate) fn install(
    service: &str,
    config: &TelemetryConfig,
    provider: &SdkTracerProvider,
    output: &LogOutput,
) -> Result<(), TelemetryError> {
    subscriber(service, config, provider, output)?.try_init()?;
    Ok(())
}

/// The two layers over one registry.
fn subscriber(
    service: &str,
    config: &TelemetryConfig,
    provider: &SdkTracerProvider,
    output: &LogOutput,
) -> Result<impl Subscriber + Send + Sync + use<>, TelemetryError> {
    let lines = tracing_subscriber::EnvFilter::try_new(&config.log_filter)?;
    // The fields of spans belong to every line inside them, however little is logged.
    let spans = filter_fn(|metadata| metadata.is_span() && *metadata.level() <= Level::INFO)
        .with_max_level_hint(LevelFilter::INFO);
    let logs = LogLayer {
        service: service.to_owned(),
        format: config.log_format,
        output: output.clone(),
    };
    Ok(tracing_subscriber::registry()
        .with(trace_layer(provider))
        .with(logs.with_filter(lines.or(spans))))
}

/// Spans from `info` up, without those of the exporter's own connection.
fn trace_layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let targets = Targets::new().with_default(Level::INFO).with_targets(
        [
            "opentelemetry",
            "opentelemetry_sdk",
            "opentelemetry_otlp",
            "hyper",
            "h2",
            "reqwest",
        ]
        .map(|target| (target, LevelFilter::OFF)),
    );
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("hotline"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false)
        .with_filter(targets)
}

fn provider(service: &str, config: &TelemetryConfig) -> Result<SdkTracerProvider, TelemetryError> {
    if !(0.0..=1.0).contains(&config.sample_ratio) {
        return Err(TelemetryError::SampleRatio(config.sample_ratio));
    }
    let sampler = Sampler::TraceIdRatioBased(config.sample_ratio);
    let builder = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(service.to_owned()).build())
        .with_sampler(Sampler::ParentBased(Box::new(sampler)))
        .with_max_events_per_span(64)
        .with_max_links_per_span(32);
    let endpoint = config
        .otlp_endpoint
        .as_deref()
        .map(str::trim)
        .filter(|e| !e.is_empty());
    let Some(endpoint) = endpoint else {
        return Ok(builder.build());
    };
    // The HTTP client refuses to be built without a provider; a second installation is harmless.
    rustls::crypto::ring::default_provider().install_default().ok();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(traces_url(endpoint))
        .with_timeout(EXPORT_TIMEOUT)
        .build()?;
    let batch = BatchConfigBuilder::default()
        .with_max_queue_size(SPAN_QUEUE_MAX)
        .with_max_export_batch_size(SPAN_BATCH_MAX)
        .with_scheduled_delay(EXPORT_INTERVAL)
        .with_max_export_timeout(EXPORT_TIMEOUT)
        .build();
    let processor = BatchSpanProcessor::builder(exporter, TokioCurrentThread)
        .with_batch_config(batch)
        .build();
    Ok(builder.with_span_processor(processor).build())
}

fn traces_url(endpoint: &str) -> String {
    let base = endpoint.trim_end_matches('/');
    if base.ends_with("/v1/traces") {
        base.to_owned()
    } else {
        format!("{base}/v1/traces")
    }
}

impl Telemetry {
    /// Sends what is waiting and returns after at most five seconds. Blocks: call it last.
    pub fn shutdown(self) {
        let (done, wait) = std::sync::mpsc::sync_channel(1);
        let provider = self.provider;
        let worker = std::thread::Builder::new().name("telemetry-shutdown".to_owned());
        let started = worker.spawn(move || {
            provider.shutdown().ok();
            done.send(()).ok();
        });
        if started.is_ok() && wait.recv_timeout(SHUTDOWN_DEADLINE).is_err() {
            tracing::warn!("telemetry did not finish its export in time");
        }
        self.output.flush(Duration::from_secs(1));
    }
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telemetry").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
