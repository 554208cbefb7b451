//! Requests for a suspension whose time passed while they waited.
use crate::ctx::Ctx;
use crate::usecases::lapse_suspensions::lapse_chunk;
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("lapse_suspensions", ctx.config.arm_every_ms, move || {
        let ctx = ctx.clone();
        async move { Ok(lapse_chunk(&ctx.db, ctx.config.arm_chunk_max).await?) }
    })
}
