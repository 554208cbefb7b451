//! Runs a built service until it is told to stop: HTTP, health, shards, jobs, tasks; then drains in order.
use crate::assemble::assemble;
use crate::{Job, Service, Settings, Stop};
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
    let replica = format!("{}-{}", S::NAME, uuid::Uuid::now_v7());
    let assembled = assemble::<S>(&settings, database.clone(), bus, &replica).await?;
    let http = listen(settings.http.listen).await?;
    let ops = listen(settings.ops.listen).await?;
    let (http_at, ops_at) = (http.local_addr()?, ops.local_addr()?);
    let ops_router = web::ops::router(
        assembled.metrics,
        Arc::new(|| true),
        ready(database.pool().clone()),
    );

    let mut tasks = JoinSet::new();
    let drain = Duration::from_secs(settings.http.drain_secs);
    let token = stop.token();
    spawn(
        &mut tasks,
        "http",
        web::serve(http, assembled.router, token.clone(), drain),
    );
    spawn(
        &mut tasks,
        "ops",
        web::serve(ops, ops_router, token.clone(), Duration::from_secs(1)),
    );
    for job in assembled.jobs {
        spawn(&mut tasks, job.name, repeat(job, token.clone()));
    }
    for task in assembled.tasks {
        let name = task.name;
        spawn(&mut tasks, name, task.run(token.clone()));
    }
    let host = assembled.host;
    spawn(&mut tasks, "shards", async move {
        host.run(token).await;
        anyhow::Ok(())
    });
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

/// Ready means: the database answers. NATS being away must not make a service unready, the outbox waits.
fn ready(pool: sqlx::PgPool) -> web::ops::ReadyCheck {
    Arc::new(move || {
        let pool = pool.clone();
        Box::pin(async move {
            sqlx::query("select 1")
                .execute(&pool)
                .await
                .map(drop)
                .map_err(|error| format!("database: {error}"))
        })
    })
}

fn spawn<F, E>(tasks: &mut JoinSet<anyhow::Result<&'static str>>, name: &'static str, work: F)
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<anyhow::Error>,
{
    tasks.spawn(async move {
        work.await.map_err(|error| error.into().context(name))?;
        Ok(name)
    });
}

/// A failing run is logged and tried again; only the process's end ends a job.
async fn repeat(job: Job, cancel: CancellationToken) -> anyhow::Result<()> {
    let pause = Duration::from_millis(job.every_ms);
    while !cancel.is_cancelled() {
        let found = match job.run().await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(job = job.name, error = %format!("{error:#}"), "job failed");
                0
            }
        };
        if found == 0 {
            let _ = tokio::time::timeout(pause, cancel.cancelled()).await;
        }
    }
    Ok(())
}
