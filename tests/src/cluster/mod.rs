//! The whole platform as separate operating-system processes, for chaos and load: a private PostgreSQL, a
//! private nats-server, and every service as its own `hotline service <name> serve`.
//!
//! Everything ends with the test, even by `kill -9` of it: servers and services have the watchdog of
//! `runtime::embedded`. What surprises: PostgreSQL may run without fsync here. A killed process loses nothing
//! that it wrote, because the kernel keeps it; only a power cut would, and nobody cuts the power in a test. The
//! load measurement asks for [`Options::durable`] all the same, because there the cost of fsync is the point.
mod binary;
mod options;
mod process;
mod servers;
pub mod usage;
mod wait;

pub use options::{Options, Setting};
pub use process::ServiceProcess;
pub use wait::{pause, until};

use all_in_one::layout::{Layout, Platform};
use all_in_one::{issuer, platform};
use anyhow::Context;
use contracts::ids::UnitCode;
use runtime::embedded::{Nats, Postgres, ThrowAway};
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use web::auth::Role;
use web::dev_issuer::DevIssuer;

/// A running platform.
pub struct Cluster {
    /// The database server.
    pub postgres: Postgres,
    /// The transport.
    pub nats: Nats,
    servers: platform::Servers,
    services: BTreeMap<String, ServiceProcess>,
    options: Options,
    issuer: DevIssuer,
    layout: Layout,
    http: reqwest::Client,
    // Last, so that it outlives what writes into it.
    data: ThrowAway,
}

/// Tokens live longer than the longest run.
const TOKEN_LIFE: Duration = Duration::from_secs(6 * 3_600);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

impl Cluster {
    /// Starts everything: servers, databases, migrations, streams, the sample city, the services.
    ///
    /// # Errors
    /// Names the part that could not start.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        // One TLS provider for everything; a second installation is no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let binary = binary::hotline()?;
        let data = ThrowAway::new(options.label)?;
        let layout = Layout::new(data.path())?;
        let (postgres, nats) = servers::start(&layout, &options).await?;
        let servers = servers::addresses(&layout, &postgres, &nats)?;
        for service in platform::SERVICES {
            postgres.create_database(&database(service)).await?;
        }
        platform::prepare(&layout, &servers).await?;
        all_in_one::city::import(&format!("{}/routing", servers.postgres), &options.city).await?;
        let issuer = issuer::open(&layout)?;
        let http = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .no_proxy()
            .build()?;
        let mut cluster = Self {
            postgres,
            nats,
            servers,
            services: BTreeMap::new(),
            options,
            issuer,
            layout,
            http,
            data,
        };
        for service in cluster.options.services.clone() {
            cluster.add(service, service, &binary)?;
        }
        cluster.ready().await?;
        cluster.announce()?;
        cluster.open_units().await?;
        Ok(cluster)
    }

    /// One more replica of a service, under a name of its own, on ports of its own.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn add_replica(&mut self, name: &str, service: &'static str) -> anyhow::Result<()> {
        self.add(name, service, &binary::hotline()?)?;
        self.services[name].ready(&self.http).await
    }

    fn add(&mut self, name: &str, service: &'static str, binary: &Path) -> anyhow::Result<()> {
        let mut settings = platform::overrides(&self.layout, &self.servers, service)?;
        let extra = self
            .options
            .settings
            .iter()
            .filter(|setting| setting.service == service);
        settings.extend(extra.map(|setting| (setting.key.clone(), setting.value.clone())));
        let log = self.data.path().join(format!("{name}.log"));
        let process = ServiceProcess::start(binary, service, settings, log)?;
        self.services.insert(name.to_owned(), process);
        Ok(())
    }

    async fn ready(&self) -> anyhow::Result<()> {
        for (name, process) in &self.services {
            process.ready(&self.http).await.with_context(|| name.clone())?;
        }
        Ok(())
    }

    /// Registers the units that subscribe by NATS; all others pull.
    async fn open_units(&self) -> anyhow::Result<()> {
        if !self.services.contains_key("unit-gateway") {
            return Ok(());
        }
        let token = self.token(Role::Admin, None);
        for unit in &self.options.nats_units {
            let url = format!("{}/v1/units/{unit}/access", self.address("unit-gateway"));
            let answer = self
                .http
                .put(url)
                .bearer_auth(&token)
                .json(&json!({ "way": "nats" }))
                .send()
                .await?;
            anyhow::ensure!(
                answer.status().is_success(),
                "open {unit}: {}",
                answer.text().await?
            );
        }
        Ok(())
    }

    /// `http://host:port` of a service (of its first replica).
    #[must_use]
    pub fn address(&self, name: &str) -> String {
        self.services
            .get(name)
            .map(ServiceProcess::http)
            .unwrap_or_default()
    }

    /// The process of a service or of a replica.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn service(&self, name: &str) -> anyhow::Result<&ServiceProcess> {
        self.services
            .get(name)
            .with_context(|| format!("no process {name}"))
    }

    /// Names of all processes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// SIGKILL of one service.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn kill(&mut self, name: &str) -> anyhow::Result<()> {
        self.services
            .get_mut(name)
            .with_context(|| format!("no process {name}"))?
            .kill()
            .await
    }

    /// Starts a killed service again on its old ports, and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn restart(&mut self, name: &str) -> anyhow::Result<()> {
        let process = self
            .services
            .get_mut(name)
            .with_context(|| format!("no process {name}"))?;
        process.restart()?;
        process.ready(&self.http).await
    }

    /// Runs a sub-command of a service in a process of its own, as an operator would; answers what it printed.
    ///
    /// # Errors
    /// When it fails, with what it printed.
    pub async fn command(&self, service: &str, arguments: &[&str]) -> anyhow::Result<String> {
        self.service(service)?.command(arguments).await
    }

    /// The run folder, by which other commands of `hotline` find this platform.
    #[must_use]
    pub fn run_dir(&self) -> &Path {
        self.layout.root()
    }

    fn announce(&self) -> anyhow::Result<()> {
        self.layout.announce(&Platform {
            pid: std::process::id(),
            city: self.options.city.clone(),
            postgres: self.servers.postgres.clone(),
            nats: self.servers.nats.clone(),
        })
    }

    /// Runs a command of `hotline` that finds this platform by its run folder; answers what it printed.
    ///
    /// # Errors
    /// When it fails, with what it printed.
    pub async fn hotline(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = std::process::Command::new(binary::hotline()?);
        command.args(arguments);
        process::printed(command).await
    }

    /// A token of the development issuer.
    #[must_use]
    pub fn token(&self, role: Role, unit: Option<&str>) -> String {
        let subject = unit.map_or_else(|| format!("test-{role}"), |unit| format!("test-{unit}"));
        self.issuer.mint(role, unit, &subject, TOKEN_LIFE)
    }

    /// A few connections to the database of a service, for counting afterwards.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn pool(&self, service: &str) -> anyhow::Result<PgPool> {
        let url = self.postgres.url(&database(service));
        Ok(PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(Duration::from_secs(30))
            .connect(&url)
            .await?)
    }

    /// A connection to the account APP, as the services have it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn transport(&self) -> anyhow::Result<async_nats::jetstream::Context> {
        self.account("app", &self.servers.app_password).await
    }

    /// A connection to the account UNITS, as unit-gateway has it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn units_transport(&self) -> anyhow::Result<async_nats::jetstream::Context> {
        self.account("gateway", &self.servers.gateway_password).await
    }

    async fn account(&self, user: &str, password: &str) -> anyhow::Result<async_nats::jetstream::Context> {
        let (user, password) = (user.to_owned(), password.to_owned());
        let client = async_nats::ConnectOptions::with_user_and_password(user, password)
            .connect(&self.servers.nats)
            .await?;
        Ok(async_nats::jetstream::new(client))
    }

    /// Password of a unit in the account UNITS.
    ///
    /// # Errors
    /// When the secret cannot be read.
    pub fn unit_password(&self, unit: &str) -> anyhow::Result<String> {
        servers::unit_password(&self.layout, unit)
    }

    /// Units that subscribe by NATS.
    #[must_use]
    pub fn nats_units(&self) -> &[UnitCode] {
        &self.options.nats_units
    }

    /// Folder of everything this cluster keeps; gone when the test ends.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.data.path().to_owned()
    }

    /// Ends everything in order.
    ///
    /// # Errors
    /// When a process does not end.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.stop_services().await?;
        self.nats.stop().await?;
        self.postgres.stop().await?;
        Ok(())
    }

    /// Ends the services in order; the servers stay.
    ///
    /// # Errors
    /// When a process does not end.
    pub async fn stop_services(&mut self) -> anyhow::Result<()> {
        for process in self.services.values_mut() {
            process.stop().await?;
        }
        Ok(())
    }
}

/// Database of a service.
fn database(service: &str) -> String {
    service.replace('-', "_")
}
