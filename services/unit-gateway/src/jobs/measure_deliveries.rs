//! Figures that only the database knows.
use crate::ctx::Ctx;
use crate::usecases::measure_backlog::{measure_backlog, measure_failing};
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("measure_deliveries", every_ms, move || run(ctx.clone()))
}

/// Always answers 0: looking moves nothing.
async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let now = ctx.db.clock().now();
    for backlog in measure_backlog(&ctx.db).await? {
        let oldest_secs = backlog
            .oldest
            .map_or(0, |since| (now - since).num_seconds().max(0));
        ctx.figures.backlog(&backlog.way, backlog.waiting, oldest_secs);
    }
    for (way, units) in measure_failing(&ctx.db).await? {
        ctx.figures.failing(&way, units);
    }
    Ok(0)
}
