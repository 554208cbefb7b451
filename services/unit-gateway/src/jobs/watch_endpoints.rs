//! Endpoints that fail for too long, and those that may be back.
use crate::ctx::Ctx;
use crate::usecases::watch_endpoints::watch_endpoints;
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("watch_endpoints", every_ms, move || {
        let ctx = ctx.clone();
        async move { Ok(watch_endpoints(&ctx).await?) }
    })
}
