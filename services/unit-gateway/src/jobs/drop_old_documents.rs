//! Documents of orders that ended long ago: a unit has no use for them, and the journal has the facts.
use crate::ctx::Ctx;
use crate::usecases::drop_old::drop_old;
use chrono::TimeDelta;
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("drop_old_documents", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let dropped = drop_old(&ctx.db, TimeDelta::days(ctx.config.delivery.keep_days)).await?;
    Ok(usize::try_from(dropped)?)
}
