//! Clocks whose time has come, in chunks, oldest first; an implausible number at once is an alarm for a person.
//!
//! The storm brake does not stop the clocks: a limit that has passed has passed. It says so once per storm, and the
//! chunks leave room for everything else.
use crate::ctx::Ctx;
use crate::usecases::fire_timers::{count_due, fire_chunk, lag};
use runtime::Job;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use telemetry::metrics::Metrics;

pub(super) fn job(ctx: &Ctx, metrics: Metrics) -> Job {
    let ctx = ctx.clone();
    let storm = Arc::new(AtomicBool::new(false));
    Job::new("fire_timers", ctx.config.fire_every_ms, move || {
        let (ctx, metrics, storm) = (ctx.clone(), metrics.clone(), Arc::clone(&storm));
        async move { run(&ctx, &metrics, &storm).await }
    })
}

async fn run(ctx: &Ctx, metrics: &Metrics, storm: &AtomicBool) -> anyhow::Result<usize> {
    // Read before firing and apart from it: a timer that never fires must show, whatever becomes of the others.
    metrics.timer_lag(lag(&ctx.db).await?.num_milliseconds() as f64 / 1_000.0);
    let fired = fire_chunk(&ctx.db, ctx.config.fire_chunk_max).await?;
    let full = fired.more;
    if full && !storm.load(Ordering::Relaxed) {
        let due = count_due(&ctx.db, ctx.config.storm_alarm_min).await?;
        if due >= ctx.config.storm_alarm_min {
            storm.store(true, Ordering::Relaxed);
            tracing::error!(
                timers.due_min = due,
                "an implausible number of timers is due at once; they are fired in chunks"
            );
        }
    } else if !full {
        storm.store(false, Ordering::Relaxed);
    }
    Ok(fired.count)
}
