//! The measured windows: full load in a closed loop, then half of that at a steady rate.
use crate::Arguments;
use crate::sampler::{Sampler, Shares};
use crate::volume::{self, Volume};
use contracts::ids::UnitCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, pause, until};
use system_tests::generator::{Generator, Summary};
use tokio_util::sync::CancellationToken;

/// One window.
#[derive(Clone, Debug, Serialize)]
pub struct Window {
    /// Lifecycles that were closed in it, per second.
    pub lifecycles_per_second: f64,
    /// Lifecycles closed.
    pub closed: usize,
    /// Lifecycles that did not end.
    pub stuck: usize,
    /// Latencies by name.
    pub latencies: BTreeMap<&'static str, Summary>,
    /// Who used the processors, and memory.
    pub shares: Shares,
}

/// Everything measured on the platform.
#[derive(Clone, Debug)]
pub struct Measured {
    /// As many lifecycles at the same time as asked for.
    pub full: Window,
    /// New ones at half the full rate.
    pub half: Window,
    /// What one lifecycle writes and sends.
    pub volume: Volume,
}

/// Lifecycles that may not have ended when a window ends.
const DRAIN_DEADLINE: Duration = Duration::from_secs(90);

pub async fn windows(
    cluster: &Cluster,
    generator: &Generator,
    nats_units: &[UnitCode],
    arguments: &Arguments,
) -> anyhow::Result<Measured> {
    let desks_stop = CancellationToken::new();
    let desks = generator.open_desks(cluster, nats_units, &desks_stop)?;
    let before = volume::read(cluster).await?;
    let finished_before = generator.finished();

    let (full, ()) = tokio::join!(
        async {
            pause(Duration::from_secs(arguments.warm_up_seconds)).await;
            let window = window(cluster, generator, arguments.seconds).await;
            generator.close();
            window
        },
        generator.run(usize::MAX),
    );
    let full = full?;
    settle(cluster).await?;
    let after = volume::read(cluster).await?;
    let volume = after.since(&before, generator.finished() - finished_before);

    let (stop, rate) = (CancellationToken::new(), full.lifecycles_per_second / 2.0);
    let (half, ()) = tokio::join!(
        async {
            pause(Duration::from_secs(arguments.warm_up_seconds / 2)).await;
            let window = window(cluster, generator, arguments.seconds).await;
            stop.cancel();
            window
        },
        generator.run_at(rate, &stop),
    );
    desks_stop.cancel();
    desks.join_all().await;
    Ok(Measured {
        full,
        half: half?,
        volume,
    })
}

async fn window(cluster: &Cluster, generator: &Generator, seconds: u64) -> anyhow::Result<Window> {
    let sampler = Sampler::start(cluster)?;
    // What was recorded before the window does not count.
    drop(generator.figures().take());
    let (began, finished, stuck) = (
        Instant::now(),
        generator.finished(),
        generator.history().stuck().len(),
    );
    let shares = sampler.watch(Duration::from_secs(seconds)).await;
    let closed = generator.finished() - finished;
    let lifecycles_per_second = closed as f64 / began.elapsed().as_secs_f64();
    let latencies = generator.figures().take();
    let stuck = generator.history().stuck().len() - stuck;
    Ok(Window {
        lifecycles_per_second,
        closed: closed - stuck,
        stuck,
        latencies,
        shares,
    })
}

/// Waits until nothing is on its way any more.
async fn settle(cluster: &Cluster) -> anyhow::Result<()> {
    let mut pools = Vec::new();
    for service in all_in_one::platform::SERVICES {
        pools.push(cluster.pool(service).await?);
    }
    until("the outboxes are empty", DRAIN_DEADLINE, || async {
        for pool in &pools {
            let rows: i64 = sqlx::query_scalar("select count(*) from outbox")
                .fetch_one(pool)
                .await?;
            if rows > 0 {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await
}
