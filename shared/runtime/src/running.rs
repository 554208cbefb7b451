//! Runs a built service until it is told to stop: HTTP, health, shards, jobs, tasks; then drains in order.
use crate::assemble::assemble;
use crate::repeat::{failures, repeat};
use crate::stages::Stages;
use crate::{Service, Settings, Stop, nats_sync};
use anyhow::Context;
use bus::Bus;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A service that is listening and working.
pub struct Running {
    /// Where its HTTP interface listens (the real port when 0 was asked for).
    pub http: SocketAddr,
    /// Where `/livez`, `/readyz` and `/metrics` are.
    pub ops: SocketAddr,
    name: &'static str,
    tasks: JoinSet<anyhow::Result<&'static str>>,
}

impl Running {
    /// The service's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Waits until everything has ended.
    ///
    /// # Errors
    /// When a part ended by itself, before it was told to.
    pub async fn wait(mut self, stop: &Stop) -> anyhow::Result<()> {
        let mut first_failure = None;
        while let Some(ended) = self.tasks.join_next().await {
            let early = !stop.token().is_cancelled();
            let problem = match ended {
                Ok(Ok(part)) if early => Some(anyhow::anyhow!("{part} of {} ended by itself", self.name)),
                Ok(Ok(_)) => None,
                Ok(Err(error)) => Some(error),
                Err(error) => Some(anyhow::Error::from(error)),
            };
            if let Some(problem) = problem {
                tracing::error!(service = self.name, error = %format!("{problem:#}"), "part failed, stopping");
                stop.stop();
                first_failure.get_or_insert(problem);
            }
        }
        first_failure.map_or(Ok(()), Err)
    }
}

/// Starts a service and waits until it has stopped.
///
/// # Errors
/// When it cannot start, or a part of it fails.
pub async fn serve<S: Service>(settings: Settings<S::Config>, stop: &Stop) -> anyhow::Result<()> {
    start::<S>(settings, stop).await?.wait(stop).await
}

/// Connects, checks, builds and starts a service.
///
/// # Errors
/// When the database is not reachable or not migrated, or a port is taken.
pub async fn start<S: Service>(settings: Settings<S::Config>, stop: &Stop) -> anyhow::Result<Running> {
    let database = settings.db.connect(S::NAME).await.context("database")?;
    db::migrate::check(database.pool(), S::migrator()).await?;
    let bus = Bus::connect(&settings.nats, S::NAME).await?;
    nats_sync::warn_at_start(&settings.nats.monitor_url).await;
    let replica = format!("{}-{}", S::NAME, uuid::Uuid::now_v7());
    let assembled = assemble::<S>(&settings, database.clone(), bus, &replica).await?;
    let http = listen(settings.http.listen).await?;
    let ops = listen(settings.ops.listen).await?;
    let (http_at, ops_at) = (http.local_addr()?, ops.local_addr()?);
    let ops_router = web::ops::router(
        assembled.metrics.clone(),
        Arc::new(|| true),
        ready(database.pool().clone(), stop.token()),
    );

    let mut stages = Stages::new(stop.token());
    let (drain, failures) = (
        Duration::from_secs(settings.http.drain_secs),
        failures(&assembled.metrics),
    );
    let router = assembled.router;
    stages.door("http", |cancel| async move {
        Ok(web::serve(http, router, cancel, drain).await?)
    });
    for job in assembled.jobs {
        stages.work(job.name, |cancel| repeat(job, Arc::clone(&failures), cancel));
    }
    for task in assembled.tasks {
        stages.work(task.name, |cancel| task.run(cancel));
    }
    let host = assembled.host;
    stages.last("shards", |cancel| async move {
        host.run(cancel).await;
        Ok(())
    });
    stages.last("ops", |cancel| async move {
        Ok(web::serve(ops, ops_router, cancel, Duration::from_secs(1)).await?)
    });
    let tasks = stages.run(drain);
    tracing::info!(service = S::NAME, http = %http_at, ops = %ops_at, "listening");
    Ok(Running {
        http: http_at,
        ops: ops_at,
        name: S::NAME,
        tasks,
    })
}

async fn listen(at: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(at)
        .await
        .with_context(|| format!("listen on {at}"))
}

/// Ready means: nobody has asked us to stop, and the database answers. NATS being away must not make a service unready,
/// the outbox waits.
fn ready(pool: sqlx::PgPool, stop: CancellationToken) -> web::ops::ReadyCheck {
    Arc::new(move || {
        let (pool, stopping) = (pool.clone(), stop.is_cancelled());
        Box::pin(async move {
            if stopping {
                return Err("stopping".to_owned());
            }
            sqlx::query("select 1")
                .execute(&pool)
                .await
                .map(drop)
                .map_err(|error| format!("database: {error}"))
        })
    })
}
