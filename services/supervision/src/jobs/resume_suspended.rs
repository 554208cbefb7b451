//! Suspensions whose time is up.
use crate::ctx::Ctx;
use crate::usecases::suspend_order::{ResumeEnded, resume_chunk};
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("resume_suspended", ctx.config.arm_every_ms, move || {
        let ctx = ctx.clone();
        async move {
            let work = ResumeEnded(ctx.suspend_order());
            Ok(resume_chunk(&ctx.db, &work, ctx.config.arm_chunk_max).await?)
        }
    })
}
