//! Looks every minute which matters stand out.
use crate::ctx::Ctx;
use crate::usecases::watch_matters::{WatchMatters, look};
use runtime::Job;

/// Wait between two looks.
const EVERY_MS: u64 = 60_000;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("watch_matters", EVERY_MS, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let work = WatchMatters {
        names: ctx.names.look(&ctx.db).await?,
        scores: ctx.scores_policy().await?,
        policy: ctx.emerging_policy().await?,
    };
    Ok(look(&ctx.db, &work).await?)
}
