//! Cases that are ours by the sender's word and could not be registered, by the database's time.
use crate::ctx::Ctx;
use crate::usecases::register_again::register_again;
use runtime::Job;

const BATCH_MAX: i64 = 50;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("register_again", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    Ok(register_again(&ctx.db, ctx.take_over(), BATCH_MAX).await?)
}
