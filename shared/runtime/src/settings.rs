//! Settings: compiled-in defaults → file → environment; unknown keys are refused; secrets come from files.
use crate::Service;
use config::{Config, Environment, File, FileFormat, Value, ValueKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

const PLATFORM: &str = include_str!("../config/platform.toml");

/// Everything a service is configured with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings<C> {
    /// HTTP.
    pub http: web::HttpConfig,
    /// Health and figures.
    pub ops: OpsConfig,
    /// Whose tokens are accepted.
    pub auth: web::auth::AuthConfig,
    /// Database.
    pub db: db::DbConfig,
    /// NATS.
    pub nats: bus::NatsConfig,
    /// Relay, consumers, leases.
    pub bus: bus::BusConfig,
    /// Logs and traces.
    pub telemetry: telemetry::TelemetryConfig,
    /// The service's own settings.
    pub service: C,
}

/// `[ops]`: the port that only the platform's own tools reach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpsConfig {
    /// Address of `/livez`, `/readyz` and `/metrics`.
    pub listen: std::net::SocketAddr,
}

/// Why the settings cannot be used: one clear line.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// A source cannot be read, or a value has the wrong type or an unknown name.
    #[error("bad settings of {service}: {problem}")]
    Bad {
        /// The service.
        service: &'static str,
        /// What is wrong, naming the key.
        problem: String,
    },
    /// A value says `file:<path>` and that file cannot be read.
    #[error("{key}: cannot read {path}: {source}")]
    Secret {
        /// The setting.
        key: String,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Reads the settings of a service: defaults, then `file`, then the environment, then `overrides` (key → value,
/// for the all-in-one and tests).
///
/// # Errors
/// One line that names the key.
pub fn load<S: Service>(
    file: Option<&Path>,
    overrides: &[(String, String)],
) -> Result<Settings<S::Config>, SettingsError> {
    read::<S>(file, None, overrides)
}

/// The same with another environment than the process's.
fn read<S: Service>(
    file: Option<&Path>,
    environment: Option<HashMap<String, String>>,
    overrides: &[(String, String)],
) -> Result<Settings<S::Config>, SettingsError> {
    let bad = |problem: String| SettingsError::Bad {
        service: S::NAME,
        problem,
    };
    let mut builder = Config::builder()
        .add_source(File::from_str(PLATFORM, FileFormat::Toml))
        .add_source(File::from_str(S::DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from(path).format(FileFormat::Toml));
    }
    // Values stay text and become what the setting is when it is read: a password "007" is no number.
    builder = builder.add_source(
        Environment::with_prefix(&S::NAME.replace('-', "_").to_uppercase())
            .prefix_separator("__")
            .separator("__")
            .source(environment),
    );
    for (key, value) in overrides {
        builder = builder
            .set_override(key, value.as_str())
            .map_err(|error| bad(error.to_string()))?;
    }
    let mut cache = builder.build().map_err(|error| bad(error.to_string()))?.cache;
    resolve("", &mut cache)?;
    let settings: Settings<S::Config> = from_value(cache).map_err(|error| bad(error.to_string()))?;
    settings.check().map_err(bad)?;
    S::check(&settings.service).map_err(bad)?;
    Ok(settings)
}

impl<C> Settings<C> {
    /// What must fit together across fields and sections.
    fn check(&self) -> Result<(), String> {
        self.nats.check("nats")?;
        let stream = contracts::streams::events(&self.nats.namespace());
        self.bus.check(stream.max_age_days)?;
        if self.http.drain_secs.saturating_mul(1_000) < self.http.timeout_ms {
            return Err(format!(
                "http.drain_secs ({}) must not be shorter than http.timeout_ms ({}): a request in flight would be cut off",
                self.http.drain_secs, self.http.timeout_ms
            ));
        }
        Ok(())
    }
}

fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, config::ConfigError> {
    let mut config = Config::default();
    config.cache = value;
    config.try_deserialize()
}

/// Replaces every `file:<path>` by the content of the file, without its last line end, and makes lists of servers that
/// were given as text lists.
fn resolve(key: &str, value: &mut Value) -> Result<(), SettingsError> {
    match &mut value.kind {
        ValueKind::Table(table) => {
            for (name, inner) in table.iter_mut() {
                let key = if key.is_empty() {
                    name.clone()
                } else {
                    format!("{key}.{name}")
                };
                resolve(&key, inner)?;
            }
        }
        ValueKind::Array(list) => {
            for inner in list {
                resolve("", inner)?;
            }
        }
        ValueKind::String(text) => {
            if let Some(path) = text.strip_prefix("file:").map(PathBuf::from) {
                let content = std::fs::read_to_string(&path).map_err(|source| SettingsError::Secret {
                    key: key.to_owned(),
                    path,
                    source,
                })?;
                *text = content.trim_end_matches(['\r', '\n']).to_owned();
            }
            if key.ends_with("nats.urls") {
                let list = text
                    .split(',')
                    .map(|part| Value::new(None, part.trim()))
                    .collect();
                value.kind = ValueKind::Array(list);
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests;
