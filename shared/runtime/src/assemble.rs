//! A service put together and not yet running: what `start` runs and what tests step by hand.
use crate::{App, Job, Parts, Service, Settings, Task};
use anyhow::Context;
use bus::handler::Handlers;
use bus::{Bus, Host};
use db::Db;
use telemetry::metrics::Metrics;

/// Everything of a service that can run.
pub struct Assembled {
    /// Its HTTP interface.
    pub router: axum::Router,
    /// Its OpenAPI document.
    pub openapi: serde_json::Value,
    /// Its shards.
    pub host: Host,
    /// Work that time causes.
    pub jobs: Vec<Job>,
    /// Long-running work.
    pub tasks: Vec<Task>,
    /// Its figures.
    pub metrics: Metrics,
}

/// Builds a service over a database and a connection; starts nothing.
///
/// # Errors
/// When a part cannot be made of the settings.
pub async fn assemble<S: Service>(
    settings: &Settings<S::Config>,
    database: Db,
    bus: Bus,
    replica: &str,
) -> anyhow::Result<Assembled> {
    let metrics = Metrics::new(S::NAME);
    let parts = Parts {
        db: database.clone(),
        bus: bus.clone(),
        metrics: metrics.clone(),
    };
    let app = S::build(parts, settings.service.clone()).await.context("build")?;
    let App {
        table,
        texts,
        keys,
        handlers,
        jobs,
        tasks,
    } = app;
    let openapi = serde_json::to_value(table.openapi())?;
    let shared = web::Parts {
        verifier: web::auth::Verifier::new(&settings.auth)?,
        keys,
        metrics: metrics.clone(),
        config: settings.http.clone(),
        texts,
    };
    let router = web::router(table, shared);
    let handlers = Handlers::new(S::NAME, handlers)?;
    let host = Host::new(
        database,
        bus,
        settings.bus.clone(),
        handlers,
        replica,
        metrics.clone(),
    );
    Ok(Assembled {
        router,
        openapi,
        host,
        jobs,
        tasks,
        metrics,
    })
}
