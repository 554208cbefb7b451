//! The private PostgreSQL and nats-server of a cluster.
use super::Options;
use super::options::workspace;
use all_in_one::layout::Layout;
use all_in_one::links::Links;
use all_in_one::platform::Servers;
use all_in_one::{nats, secrets};
use runtime::embedded::{Binaries, Nats, NatsOptions, Postgres, PostgresOptions};

/// Starts both.
pub(super) async fn start(layout: &Layout, options: &Options) -> anyhow::Result<(Postgres, Nats)> {
    let binaries = Binaries::find(&workspace().join(".run"))?;
    let usual = [
        ("shared_buffers", "256MB"),
        ("max_wal_size", "2GB"),
        ("wal_compression", "on"),
    ];
    let usual = usual.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let postgres = PostgresOptions {
        data_dir: layout.join("postgres"),
        port: None,
        durable: options.durable,
        settings: usual
            .into_iter()
            .chain(options.postgres.iter().cloned())
            .collect(),
    };
    let transport = NatsOptions {
        store_dir: layout.join("nats"),
        port: None,
        config: nats_configuration(layout, options)?,
        sync_always: options.nats_sync_always,
    };
    Ok(tokio::try_join!(
        Postgres::start(&binaries, postgres),
        Nats::start(&binaries, transport)
    )?)
}

/// Where they are, and who we are there.
pub(super) fn addresses(layout: &Layout, postgres: &Postgres, nats: &Nats) -> anyhow::Result<Servers> {
    Ok(Servers {
        postgres: postgres.url("").trim_end_matches('/').to_owned(),
        nats: nats.url(),
        nats_monitor: nats.monitor_url(),
        app_password: secrets::password(layout, "nats-app")?,
        gateway_password: secrets::password(layout, "nats-gateway")?,
        intake_password: secrets::password(layout, "nats-intake")?,
        system_password: secrets::password(layout, "nats-sys")?,
    })
}

/// Password of a unit's user.
pub(super) fn unit_password(layout: &Layout, unit: &str) -> anyhow::Result<String> {
    secrets::password(layout, &format!("nats-unit-{unit}"))
}

fn nats_configuration(layout: &Layout, options: &Options) -> anyhow::Result<String> {
    let passwords = nats::PlatformPasswords {
        app: secrets::password(layout, "nats-app")?,
        gateway: secrets::password(layout, "nats-gateway")?,
        intake: secrets::password(layout, "nats-intake")?,
        system: secrets::password(layout, "nats-sys")?,
    };
    let units = options
        .nats_units
        .iter()
        .map(|unit| {
            Ok(nats::UnitUser {
                unit: unit.clone(),
                password: unit_password(layout, unit.as_str())?,
            })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(nats::configuration(&passwords, &units, &Links::default()))
}
