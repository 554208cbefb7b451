//! Looks whether units on NATS read.
use crate::ctx::Ctx;
use crate::usecases::watch_readers::watch_readers;
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("watch_readers", every_ms, move || {
        let ctx = ctx.clone();
        async move { watch_readers(&ctx).await }
    })
}
