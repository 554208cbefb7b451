//! What a service tells its operators: JSON logs, traces over OTLP, Prometheus metrics.
//!
//! `runtime` calls [`init`] once per process; everything else only uses `tracing` and [`Metrics`].
//! [`propagation`] carries the trace through HTTP and NATS headers; [`redact`] takes phone numbers
//! and names out of free text before it leaves a service. Telemetry never blocks the work: queues
//! are bounded and drop (and count) what does not fit. No personal data belongs in any field.
mod config;
mod init;
mod log_layer;
mod log_output;
pub mod metrics;
pub mod propagation;
pub mod redact;
#[cfg(feature = "test-exporter")]
pub mod testing;

pub use config::{LogFormat, TelemetryConfig};
pub use init::{Telemetry, TelemetryError, init};
pub use metrics::Metrics;
