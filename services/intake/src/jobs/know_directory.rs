//! Brings what is in the database into memory: after a start, and after this or another replica has fetched a version.
use crate::ctx::Ctx;
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("know_directory", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    Ok(ctx.directory.refresh(&ctx.db).await?)
}
