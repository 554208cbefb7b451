//! The five services with the settings of one machine: which database, which account, which secrets.
use crate::layout::Layout;
use crate::{issuer, secrets};
use anyhow::Context;
use callback::app::Callback;
use intake::app::Intake;
use routing::Routing;
use runtime::{Running, Service, Stop};
use std::path::Path;
use std::process::ExitCode;
use supervision::app::Supervision;
use unit_gateway::app::UnitGateway;

/// Names of the services, which are also their databases (with `_` for `-`).
pub const SERVICES: [&str; 5] = [
    Intake::NAME,
    Routing::NAME,
    UnitGateway::NAME,
    Callback::NAME,
    Supervision::NAME,
];

/// Where the servers are, and who we are there.
#[derive(Clone, Debug)]
pub struct Servers {
    /// `postgres://user@host:port`.
    pub postgres: String,
    /// `nats://host:port`.
    pub nats: String,
    /// `http://host:port` of its monitoring.
    pub nats_monitor: String,
    /// Password of `app`.
    pub app_password: String,
    /// Password of `gateway`.
    pub gateway_password: String,
    /// Password of `intake`.
    pub intake_password: String,
    /// Password of `sys`.
    pub system_password: String,
}

type Overrides = Vec<(String, String)>;

impl Servers {
    /// Those at an address, with the passwords that are kept in a run folder.
    ///
    /// # Errors
    /// When a secret cannot be kept.
    pub fn of(layout: &Layout, postgres: &str, nats: &str, nats_monitor: &str) -> anyhow::Result<Self> {
        Ok(Self {
            postgres: postgres.to_owned(),
            nats: nats.to_owned(),
            nats_monitor: nats_monitor.to_owned(),
            app_password: secrets::password(layout, "nats-app")?,
            gateway_password: secrets::password(layout, "nats-gateway")?,
            intake_password: secrets::password(layout, "nats-intake")?,
            system_password: secrets::password(layout, "nats-sys")?,
        })
    }
}

/// Settings of one service of the platform that runs in a folder.
///
/// # Errors
/// When none runs there.
pub fn settings_of(run_dir: &Path, service: &str) -> anyhow::Result<Overrides> {
    let layout = Layout::existing(run_dir)?;
    let running = layout.running()?;
    let servers = Servers::of(&layout, &running.postgres, &running.nats, "")?;
    overrides(&layout, &servers, service)
}

/// Settings of one service on this machine, on top of its defaults.
///
/// # Errors
/// When a secret cannot be kept.
pub fn overrides(layout: &Layout, servers: &Servers, service: &str) -> anyhow::Result<Overrides> {
    let set = |key: &str, value: String| (key.to_owned(), value);
    let mut all = vec![
        set(
            "db.url",
            format!("{}/{}", servers.postgres, service.replace('-', "_")),
        ),
        set("nats.urls", servers.nats.clone()),
        set("nats.monitor_url", servers.nats_monitor.clone()),
        set("nats.user", "app".to_owned()),
        set("nats.password", servers.app_password.clone()),
        set("auth.issuer", issuer::ISSUER.to_owned()),
        set("auth.jwks_json", issuer::open(layout)?.jwks().to_owned()),
    ];
    match service {
        Intake::NAME => all.extend(intake(layout, servers)?),
        Callback::NAME => {
            all.push(set("service.messages.intake_key", messages_key(layout)?));
            all.push(set(
                "service.messages.link_key",
                secrets::key(layout, "survey-links")?,
            ));
        }
        UnitGateway::NAME => {
            all.push(set("service.contacts.intake_key", relay_key(layout)?));
            all.push(set("service.units_nats.urls", servers.nats.clone()));
            all.push(set("service.units_nats.user", "gateway".to_owned()));
            all.push(set(
                "service.units_nats.password",
                servers.gateway_password.clone(),
            ));
            all.push(set(
                "service.webhook.secret_key",
                secrets::key(layout, "webhook-secrets")?,
            ));
            all.push(set(
                "service.unit_logins.issuer_key",
                secrets::key(layout, "unit-logins")?,
            ));
            all.push(set("service.unit_logins.system_user", "sys".to_owned()));
            all.push(set(
                "service.unit_logins.system_password",
                servers.system_password.clone(),
            ));
            all.push(set("service.webhook.allow_private_targets", "true".to_owned()));
            all.push(set(
                "service.attachments.folder",
                layout.join("attachments").display().to_string(),
            ));
        }
        _ => {}
    }
    Ok(all)
}

fn intake(layout: &Layout, servers: &Servers) -> anyhow::Result<Overrides> {
    let folder = |name: &str| layout.join(name).display().to_string();
    let settings = [
        ("service.vault.keys.1", secrets::key(layout, "vault-key-1")?),
        (
            "service.vault.blind_index_key",
            secrets::key(layout, "vault-blind-index")?,
        ),
        ("service.peers_nats.urls", servers.nats.clone()),
        ("service.peers_nats.user", "intake".to_owned()),
        ("service.peers_nats.password", servers.intake_password.clone()),
        ("service.messages.key", messages_key(layout)?),
        ("service.messages.folder", folder("sms-outbox")),
        ("service.relay.key", relay_key(layout)?),
        ("service.relay.folder", folder("relay-calls")),
        ("service.replies.folder", folder("replies")),
        ("service.replies.allow_private_targets", "true".to_owned()),
    ];
    Ok(settings.map(|(key, value)| (key.to_owned(), value)).into())
}

/// By which intake knows the callback service.
fn messages_key(layout: &Layout) -> anyhow::Result<String> {
    Ok(format!("ik_{}", secrets::password(layout, "callback-messages")?))
}

/// By which intake knows unit-gateway.
fn relay_key(layout: &Layout) -> anyhow::Result<String> {
    Ok(format!("ik_{}", secrets::password(layout, "unit-contacts")?))
}

/// Applies the migrations of all services and provisions their streams.
///
/// # Errors
/// Names the service that could not be prepared.
pub async fn prepare(layout: &Layout, servers: &Servers) -> anyhow::Result<()> {
    prepare_one::<Intake>(layout, servers).await?;
    prepare_one::<Routing>(layout, servers).await?;
    prepare_one::<UnitGateway>(layout, servers).await?;
    prepare_one::<Callback>(layout, servers).await?;
    prepare_one::<Supervision>(layout, servers).await
}

async fn prepare_one<S: Service>(layout: &Layout, servers: &Servers) -> anyhow::Result<()> {
    let settings = runtime::settings::load::<S>(None, &overrides(layout, servers, S::NAME)?)?;
    runtime::migrate::<S>(&settings)
        .await
        .with_context(|| format!("migrate {}", S::NAME))?;
    runtime::provision::<S>(&settings)
        .await
        .with_context(|| format!("provision {}", S::NAME))
}

/// Starts all services in this process.
///
/// # Errors
/// Names the service that could not start.
pub async fn start(layout: &Layout, servers: &Servers, stop: &Stop) -> anyhow::Result<Vec<Running>> {
    Ok(vec![
        start_one::<Intake>(layout, servers, stop).await?,
        start_one::<Routing>(layout, servers, stop).await?,
        start_one::<UnitGateway>(layout, servers, stop).await?,
        start_one::<Callback>(layout, servers, stop).await?,
        start_one::<Supervision>(layout, servers, stop).await?,
    ])
}

async fn start_one<S: Service>(layout: &Layout, servers: &Servers, stop: &Stop) -> anyhow::Result<Running> {
    let settings = runtime::settings::load::<S>(None, &overrides(layout, servers, S::NAME)?)?;
    runtime::start::<S>(settings, stop)
        .await
        .with_context(|| format!("start {}", S::NAME))
}

/// The command line of one service, as its own binary has it.
#[must_use]
pub fn service_main(name: &str, arguments: Vec<String>, settings: &[(String, String)]) -> ExitCode {
    match name {
        Intake::NAME => runtime::main_with::<Intake>(arguments, settings),
        Routing::NAME => runtime::main_with::<Routing>(arguments, settings),
        UnitGateway::NAME => runtime::main_with::<UnitGateway>(arguments, settings),
        Callback::NAME => runtime::main_with::<Callback>(arguments, settings),
        Supervision::NAME => runtime::main_with::<Supervision>(arguments, settings),
        _ => crate::cli::complain(&format!(
            "there is no service {name}; there are {}",
            SERVICES.join(", ")
        )),
    }
}
