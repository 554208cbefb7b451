//! Clocks whose time has come, in chunks, oldest first. An implausible share of all at once is held for a person
//! (`brake_timers`).
use crate::ctx::Ctx;
use crate::usecases::brake_timers::{Brake, Wave};
use crate::usecases::fire_timers::{fire_chunk, lag};
use runtime::Job;
use std::sync::Arc;
use telemetry::metrics::Metrics;

pub(super) fn job(ctx: &Ctx, metrics: Metrics) -> Job {
    let (ctx, wave) = (ctx.clone(), Arc::new(Wave::default()));
    Job::new("fire_timers", ctx.config.fire_every_ms, move || {
        let (ctx, metrics, wave) = (ctx.clone(), metrics.clone(), Arc::clone(&wave));
        async move { run(&ctx, &metrics, &wave).await }
    })
}

async fn run(ctx: &Ctx, metrics: &Metrics, wave: &Wave) -> anyhow::Result<usize> {
    // Read before firing and apart from it: a timer that never fires must show, whatever becomes of the others.
    metrics.timer_lag(lag(&ctx.db).await?.num_milliseconds() as f64 / 1_000.0);
    let brake = Brake {
        due_min: ctx.config.storm_due_min,
        percent: ctx.config.storm_percent,
    };
    let (brake, limit) = (wave.judge(brake), ctx.config.fire_chunk_max);
    let fired = fire_chunk(&ctx.db, limit, brake).await?.count;
    wave.fired(brake.is_some(), fired, limit);
    Ok(fired)
}
