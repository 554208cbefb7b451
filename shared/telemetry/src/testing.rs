//! Spans and log lines kept in memory, for tests over several services in one process.
//!
//! A process has one subscriber, so all tests of a binary share the captured data: find your own
//! spans by trace id. Logs are captured from `debug` up, so that a search for personal data also
//! sees what a service would write when somebody turns the level up.
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use opentelemetry::KeyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};

use crate::log_output::LogOutput;
use crate::{LogFormat, TelemetryConfig};

/// Our crates in full; the noisy ones of others only when something is wrong.
const FILTER: &str = "debug,hyper=info,hyper_util=info,h2=info,reqwest=info,rustls=info,sqlx=info,\
                      async_nats=info,tower=info,opentelemetry=info,opentelemetry_sdk=info,\
                      opentelemetry_otlp=info";

static INSTALLED: OnceLock<CapturedSpans> = OnceLock::new();

/// What has been exported and logged so far.
#[derive(Debug, Clone, Default)]
pub struct CapturedSpans {
    spans: Arc<Mutex<Vec<CapturedSpan>>>,
    logs: Arc<Mutex<String>>,
}

/// One finished span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedSpan {
    /// The exported name.
    pub name: String,
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// 16 hex digits; all zero for a root.
    pub parent_span_id: String,
    /// Attribute key and value as text.
    pub attributes: Vec<(String, String)>,
    /// Trace id and span id of every link.
    pub links: Vec<(String, String)>,
    /// Events inside the span with their attributes.
    pub events: Vec<(String, Vec<(String, String)>)>,
}

/// Installs the capturing subscriber; later calls return the same one.
///
/// # Panics
/// When this process already has another subscriber.
pub fn install() -> CapturedSpans {
    INSTALLED
        .get_or_init(|| {
            let captured = CapturedSpans::default();
            let provider = SdkTracerProvider::builder()
                .with_simple_exporter(Exporter(captured.clone()))
                .build();
            let config = TelemetryConfig {
                log_filter: FILTER.to_owned(),
                log_format: LogFormat::Json,
                ..TelemetryConfig::default()
            };
            let output = LogOutput::Buffer(Arc::clone(&captured.logs));
            crate::init::install("test", &config, &provider, &output)
                .expect("the test process installs no other subscriber");
            captured
        })
        .clone()
}

impl CapturedSpans {
    /// Every span that has ended, oldest first.
    #[must_use]
    pub fn spans(&self) -> Vec<CapturedSpan> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The spans of one trace.
    #[must_use]
    pub fn trace(&self, trace_id: &str) -> Vec<CapturedSpan> {
        self.spans()
            .into_iter()
            .filter(|span| span.trace_id == trace_id)
            .collect()
    }

    /// Every log line, as JSON lines.
    #[must_use]
    pub fn logs(&self) -> String {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets everything captured so far.
    pub fn clear(&self) {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[derive(Debug)]
struct Exporter(CapturedSpans);

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let mut spans = self.0.spans.lock().unwrap_or_else(PoisonError::into_inner);
        spans.extend(batch.into_iter().map(CapturedSpan::from));
        Ok(())
    }
}

impl From<SpanData> for CapturedSpan {
    fn from(span: SpanData) -> Self {
        let ids = |link: &opentelemetry::trace::Link| {
            (
                link.span_context.trace_id().to_string(),
                link.span_context.span_id().to_string(),
            )
        };
        Self {
            name: span.name.to_string(),
            trace_id: span.span_context.trace_id().to_string(),
            span_id: span.span_context.span_id().to_string(),
            parent_span_id: span.parent_span_id.to_string(),
            attributes: pairs(&span.attributes),
            links: span.links.iter().map(ids).collect(),
            events: span
                .events
                .iter()
                .map(|event| (event.name.to_string(), pairs(&event.attributes)))
                .collect(),
        }
    }
}

fn pairs(attributes: &[KeyValue]) -> Vec<(String, String)> {
    attributes
        .iter()
        .map(|kv| (kv.key.to_string(), kv.value.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_span_and_its_line_share_the_trace_id_and_the_service_of_the_span() {
        let captured = install();
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let span = tracing::info_span!("api.sign", service = "unit-gateway", order.id = "o-1");
        crate::propagation::set_parent(&span, Some(parent));
        crate::propagation::add_link(&span, Some(parent));
        span.in_scope(|| tracing::debug!(attempt = 2, level = "x", "delivered"));
        drop(span);
        let spans = captured.trace("4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].parent_span_id, "00f067aa0ba902b7");
        assert_eq!(spans[0].links[0].1, "00f067aa0ba902b7");
        assert!(spans[0].attributes.contains(&("order.id".into(), "o-1".into())));
        let logs = captured.logs();
        let line = logs.lines().find(|line| line.contains("delivered")).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["service"], "unit-gateway");
        assert_eq!(line["trace_id"], spans[0].trace_id);
        assert_eq!(line["span_id"], spans[0].span_id);
        assert_eq!(line["attempt"], 2);
        assert_eq!(line["order.id"], "o-1");
        assert_eq!(
            (line["level"].as_str(), line["field_level"].as_str()),
            (Some("DEBUG"), Some("x"))
        );
        assert_eq!(line["span"], "api.sign");
    }
}
