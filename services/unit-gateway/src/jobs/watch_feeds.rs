//! Units that wait at their feed are told of new documents: one query for all that wait, and none while nobody does.
use crate::ctx::Ctx;
use crate::usecases::feeds;
use runtime::Job;

pub(super) fn job(ctx: Ctx, poll_ms: u64) -> Job {
    Job::new("watch_feeds", poll_ms, move || {
        let ctx = ctx.clone();
        async move {
            feeds::look(&ctx).await?;
            Ok(0)
        }
    })
}
