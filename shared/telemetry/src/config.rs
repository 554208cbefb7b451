//! The `[telemetry]` section of a service's configuration.
use serde::Deserialize;

/// What is logged and exported. Holds no secret, so it may be printed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Which log lines are written, as an env-filter: `info,sqlx=warn`. Traces do not depend on it.
    pub log_filter: String,
    /// `json` for machines, `pretty` for a terminal.
    pub log_format: LogFormat,
    /// Base URL of an OTLP/HTTP collector (`http://collector:4318`). Absent or empty: no export.
    #[serde(default)]
    pub otlp_endpoint: Option<String>,
    /// Share of new traces that are exported, 0 to 1. A caller's decision is always followed.
    pub sample_ratio: f64,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object per line, fields flattened.
    Json,
    /// One readable line, `key=value` at the end.
    Pretty,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            log_filter: "info".to_owned(),
            log_format: LogFormat::Json,
            otlp_endpoint: None,
            sample_ratio: 1.0,
        }
    }
}
