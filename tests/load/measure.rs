//! The measured windows: full load in a closed loop, then half of that at a steady rate.
use crate::Arguments;
use crate::lag::{Gauge, Lag};
use crate::sampler::{Sampler, Shares};
use crate::volume::{self, Volume};
use contracts::ids::UnitCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, pause};
use system_tests::generator::{Generator, Summary};
use tokio_util::sync::CancellationToken;

/// One window.
#[derive(Clone, Debug, Serialize)]
pub struct Window {
    /// Lifecycles that were closed in it, per second; those that did not end do not count.
    pub lifecycles_per_second: f64,
    /// Lifecycles closed.
    pub closed: usize,
    /// Lifecycles that did not end.
    pub stuck: usize,
    /// Events on their way when it began.
    pub lag_before: Lag,
    /// Events on their way when it ended: much more than before means that the rate was borrowed.
    pub lag_after: Lag,
    /// From the end of the load until nothing was on its way any more.
    pub drain_seconds: f64,
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

pub async fn windows(
    cluster: &Cluster,
    generator: &Generator,
    nats_units: &[UnitCode],
    arguments: &Arguments,
) -> anyhow::Result<Measured> {
    let desks_stop = CancellationToken::new();
    let desks = generator.open_desks(cluster, nats_units, &desks_stop)?;
    let gauge = Gauge::open(cluster).await?;
    let before = volume::read(cluster).await?;
    let finished_before = generator.finished();

    let (full, ()) = tokio::join!(
        async {
            pause(Duration::from_secs(arguments.warm_up_seconds)).await;
            let window = window(cluster, &gauge, generator, arguments.seconds).await;
            generator.close();
            window
        },
        generator.run(usize::MAX),
    );
    let mut full = full?;
    full.drain_seconds = gauge.drained().await?.as_secs_f64();
    let after = volume::read(cluster).await?;
    let volume = after.since(&before, generator.finished() - finished_before);

    let (stop, rate) = (CancellationToken::new(), full.lifecycles_per_second / 2.0);
    let (half, ()) = tokio::join!(
        async {
            pause(Duration::from_secs(arguments.warm_up_seconds / 2)).await;
            let window = window(cluster, &gauge, generator, arguments.seconds).await;
            stop.cancel();
            window
        },
        generator.run_at(rate, &stop),
    );
    let mut half = half?;
    half.drain_seconds = gauge.drained().await?.as_secs_f64();
    desks_stop.cancel();
    desks.join_all().await;
    Ok(Measured { full, half, volume })
}

async fn window(
    cluster: &Cluster,
    gauge: &Gauge,
    generator: &Generator,
    seconds: u64,
) -> anyhow::Result<Window> {
    let sampler = Sampler::start(cluster)?;
    let lag_before = gauge.lag().await?;
    // What was recorded before the window does not count.
    drop(generator.figures().take());
    let stuck = generator.history().stuck().len();
    let (began, finished) = (Instant::now(), generator.finished());
    let shares = sampler.watch(Duration::from_secs(seconds)).await;
    let (finished, took) = (generator.finished() - finished, began.elapsed());
    let latencies = generator.figures().take();
    let lag_after = gauge.lag().await?;
    let stuck = generator.history().stuck().len() - stuck;
    let closed = finished.saturating_sub(stuck);
    Ok(Window {
        lifecycles_per_second: closed as f64 / took.as_secs_f64(),
        closed,
        stuck,
        lag_before,
        lag_after,
        drain_seconds: 0.0,
        latencies,
        shares,
    })
}
