//! `hotline run`: start in order, serve, stop in the opposite order.
use crate::layout::{Layout, Platform};
use crate::links::Links;
use crate::parts::{self, part};
use crate::platform::{SERVICES, Servers};
use crate::{city, issuer, nats, platform, secrets, welcome};
use anyhow::Context;
use runtime::Stop;
use runtime::embedded::{Binaries, Nats, NatsOptions, Postgres, PostgresOptions};
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};
use telemetry::{LogFormat, TelemetryConfig};
use unit_gateway::domain::nats_login::Issuer;

/// Ports that are tried first, so that addresses stay the same from start to start.
const POSTGRES_PORT: u16 = 25_432;
const NATS_PORT: u16 = 24_222;
/// Where servers of other hotlines connect.
const LINKS_PORT: u16 = 27_422;
/// How often the servers are looked after.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs the platform until a signal comes.
///
/// # Errors
/// When a part cannot start, or fails while running.
pub async fn run(layout: &Layout, city: &Path) -> anyhow::Result<()> {
    let began = Instant::now();
    let city = city
        .canonicalize()
        .with_context(|| format!("city pack {}", city.display()))?;
    let lock = File::create(layout.join("lock"))?;
    lock.try_lock()
        .map_err(|_| anyhow::anyhow!("a platform already runs in {}", layout.root().display()))?;
    let telemetry = telemetry::init("hotline", &logs())?;
    let mut databases = start_postgres(layout).await?;
    for service in SERVICES {
        databases.create_database(&service.replace('-', "_")).await?;
    }
    let links = links(layout, &databases).await?;
    let mut transport = start_nats(layout, &links).await?;
    let url = databases.url("");
    let monitor = transport.monitor_url();
    let servers = Servers::of(layout, url.trim_end_matches('/'), &transport.url(), &monitor)?;
    let started = Started {
        servers: &servers,
        links: &links,
        began,
    };
    let result = serve(layout, &city, (&mut databases, &mut transport), started).await;
    layout.withdraw();
    transport.stop().await?;
    databases.stop().await?;
    telemetry.shutdown();
    drop(lock);
    result
}

/// What the services are started with.
struct Started<'a> {
    servers: &'a Servers,
    links: &'a Links,
    began: Instant,
}

async fn serve(
    layout: &Layout,
    city: &Path,
    (databases, transport): (&mut Postgres, &mut Nats),
    started: Started<'_>,
) -> anyhow::Result<()> {
    let Started {
        servers,
        links,
        began,
    } = started;
    platform::prepare(layout, servers).await?;
    let directory = city::import(&format!("{}/routing", servers.postgres), city).await?;
    let stop = Stop::new();
    let issuer = issuer::open(layout)?;
    let running = platform::start(layout, servers, &stop).await?;
    city::register_units(&issuer, city)
        .await
        .context("register the ways of the units")?;
    city::register_hotlines(&issuer, city)
        .await
        .context("register the other hotlines")?;
    city::publish_callback_policy(&issuer, city)
        .await
        .context("publish the policy of callback")?;
    city::put_policies(&issuer, city)
        .await
        .context("put the policies of the city")?;
    layout.announce(&Platform {
        pid: std::process::id(),
        city: city.to_owned(),
        postgres: servers.postgres.clone(),
        nats: servers.nats.clone(),
    })?;
    crate::cli::say(&welcome::text(
        &issuer,
        &directory,
        (servers, links),
        began.elapsed(),
    ));

    let serving = issuer::serve(&issuer, issuer::LISTEN.parse()?, stop.token());
    let mut parts = vec![
        part("the issuer", serving),
        part("PostgreSQL", alive(|| databases.ended(), &stop)),
        part("nats-server", alive(|| transport.ended(), &stop)),
    ];
    for service in running {
        parts.push(part(service.name(), service.wait(&stop)));
    }
    tokio::select! {
        result = parts::run(parts, &stop) => result,
        result = stop.on_signals() => Ok(result?),
    }
}

/// Looks after a server until everything stops.
async fn alive(mut ended: impl FnMut() -> Option<String>, stop: &Stop) -> anyhow::Result<()> {
    let (token, mut tick) = (stop.token(), tokio::time::interval(LOOK_EVERY));
    while token.run_until_cancelled(tick.tick()).await.is_some() {
        if let Some(status) = ended() {
            anyhow::bail!("it ended ({status})");
        }
    }
    Ok(())
}

async fn start_postgres(layout: &Layout) -> anyhow::Result<Postgres> {
    let binaries = Binaries::find(layout.root())?;
    let settings = [
        ("max_connections", "200"),
        ("shared_buffers", "256MB"),
        ("max_wal_size", "2GB"),
        ("wal_compression", "on"),
    ];
    let options = PostgresOptions {
        data_dir: layout.join("postgres"),
        port: free(POSTGRES_PORT),
        durable: true,
        settings: settings
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .to_vec(),
    };
    Ok(Postgres::start(&binaries, options).await?)
}

/// The hotlines that intake reaches over NATS.
async fn links(layout: &Layout, databases: &Postgres) -> anyhow::Result<Links> {
    let settings = [("db.url".to_owned(), databases.url("intake"))];
    Links::of(layout, &settings, LINKS_PORT).await
}

async fn start_nats(layout: &Layout, links: &Links) -> anyhow::Result<Nats> {
    let binaries = Binaries::find(layout.root())?;
    let passwords = nats::PlatformPasswords {
        app: secrets::password(layout, "nats-app")?,
        gateway: secrets::password(layout, "nats-gateway")?,
        intake: secrets::password(layout, "nats-intake")?,
        system: secrets::password(layout, "nats-sys")?,
    };
    let issuer = Issuer::new(&secrets::key(layout, "unit-logins")?)?;
    let options = NatsOptions {
        store_dir: layout.join("nats"),
        port: free(NATS_PORT),
        config: nats::configuration(&passwords, &[], links) + &nats::callout(&issuer.public_key(), &[]),
        // PostgreSQL is the record here; what a power cut takes from the stream, `replay --since` brings back.
        sync_always: false,
    };
    Ok(Nats::start(&binaries, options).await?)
}

/// The port when nobody listens there, else any free one.
fn free(port: u16) -> Option<u16> {
    TcpListener::bind(("127.0.0.1", port)).is_ok().then_some(port)
}

fn logs() -> TelemetryConfig {
    TelemetryConfig {
        // The sample city has a webhook unit whose endpoint is for you to start; its retries would fill the screen.
        log_filter: "warn,unit_gateway=error".to_owned(),
        log_format: LogFormat::Pretty,
        ..TelemetryConfig::default()
    }
}
