//! Orders whose calendar was not published yet when they needed it.
use crate::ctx::Ctx;
use crate::usecases::arm_waiting::{ArmWaiting, arm_chunk};
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("arm_waiting", ctx.config.arm_every_ms, move || {
        let ctx = ctx.clone();
        async move {
            let work = ArmWaiting {
                policy: ctx.config.policy(),
                shelf: ctx.shelf.clone(),
                policies: ctx.policies.clone(),
            };
            Ok(arm_chunk(&ctx.db, &work, ctx.config.arm_chunk_max).await?)
        }
    })
}
