//! What a service tells the runtime about itself.
use crate::{Job, Task};
use bus::{Bus, Handler};
use contracts::streams::StreamSpec;
use db::Db;
use serde::de::DeserializeOwned;
use std::future::Future;
use telemetry::metrics::Metrics;

/// One of the five services.
pub trait Service: Send + Sync + 'static {
    /// As in subjects and table of ownership, e.g. `unit-gateway`.
    const NAME: &'static str;
    /// Its `config/default.toml`, compiled in.
    const DEFAULTS: &'static str;
    /// Its own settings, the section `[service]`.
    type Config: DeserializeOwned + Clone + Send + Sync + std::fmt::Debug + 'static;

    /// Its migrations, compiled in.
    fn migrator() -> &'static sqlx::migrate::Migrator;

    /// Checks across fields that serde cannot make; the message names the field.
    ///
    /// # Errors
    /// When the settings contradict each other.
    fn check(config: &Self::Config) -> Result<(), String> {
        let _ = config;
        Ok(())
    }

    /// Streams this service provisions beside `EVENTS`, in the account it publishes to.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    fn provision(config: &Self::Config, bus: &Bus) -> impl Future<Output = anyhow::Result<()>> + Send {
        let _ = (config, bus);
        async { Ok(()) }
    }

    /// Builds the service; starts nothing.
    ///
    /// # Errors
    /// When a part cannot be made of its settings.
    fn build(parts: Parts, config: Self::Config) -> impl Future<Output = anyhow::Result<App>> + Send;
}

/// What the runtime gives a service to build itself from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Database and clock.
    pub db: Db,
    /// Connection to the account APP.
    pub bus: Bus,
    /// Figures of this service.
    pub metrics: Metrics,
}

/// A built service: its ways in. Nothing runs yet.
pub struct App {
    /// HTTP: every route with who may call it.
    pub table: web::Table,
    /// Titles of this service's problem codes, in both languages.
    pub texts: &'static [web::Text],
    /// Kinds of keys of machine callers, where the service has them.
    pub keys: Vec<web::auth::KeyAuth>,
    /// Events of other services.
    pub handlers: Vec<Box<dyn Handler>>,
    /// Time.
    pub jobs: Vec<Job>,
    /// Whatever else must run while the service does (a NATS responder, a watcher).
    pub tasks: Vec<Task>,
}

/// Streams beside `EVENTS` are provisioned by the service that publishes to them.
impl App {
    /// A service with HTTP only, to add to.
    #[must_use]
    pub fn new(table: web::Table) -> Self {
        Self {
            table,
            texts: &[],
            keys: Vec::new(),
            handlers: Vec::new(),
            jobs: Vec::new(),
            tasks: Vec::new(),
        }
    }
}

pub(crate) fn events_stream(bus: &Bus) -> StreamSpec {
    contracts::streams::events(bus.namespace())
}
