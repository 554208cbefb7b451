//! What kind of cluster is wanted.
use all_in_one::platform::SERVICES;
use contracts::ids::UnitCode;
use std::path::{Path, PathBuf};

/// One setting of one service, on top of its defaults.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The service.
    pub service: &'static str,
    /// As in its `config/default.toml`: `bus.attempts_max`.
    pub key: String,
    /// The value.
    pub value: String,
}

/// What kind of cluster is wanted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Names the folder, for people who look into it.
    pub label: &'static str,
    /// PostgreSQL with fsync: a commit survives a power cut.
    pub durable: bool,
    /// Further settings of PostgreSQL.
    pub postgres: Vec<(String, String)>,
    /// nats-server syncs every write before it answers, as in production.
    pub nats_sync_always: bool,
    /// Services that are started.
    pub services: Vec<&'static str>,
    /// Settings on top of their defaults.
    pub settings: Vec<Setting>,
    /// Units that subscribe by NATS; all others pull.
    pub nats_units: Vec<UnitCode>,
    /// The city's data pack.
    pub city: PathBuf,
}

impl Options {
    /// All services, the sample city, PostgreSQL without fsync.
    #[must_use]
    pub fn new(label: &'static str) -> Self {
        Self {
            label,
            durable: false,
            postgres: Vec::new(),
            nats_sync_always: false,
            services: SERVICES.to_vec(),
            settings: Vec::new(),
            nats_units: Vec::new(),
            city: workspace().join("infra/cities/sample"),
        }
    }

    /// The same with one more setting.
    #[must_use]
    pub fn set(mut self, service: &'static str, key: &str, value: &str) -> Self {
        self.settings.push(Setting {
            service,
            key: key.to_owned(),
            value: value.to_owned(),
        });
        self
    }

    /// The same with one more setting in every service.
    #[must_use]
    pub fn set_everywhere(self, key: &str, value: &str) -> Self {
        SERVICES
            .into_iter()
            .fold(self, |options, service| options.set(service, key, value))
    }
}

/// The workspace's folder.
pub(super) fn workspace() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}
