//! Messages that were not answered in time: the next attempt is due.
use crate::ctx::Ctx;
use crate::usecases::messages;
use contracts::cause::{Asked, Cause};
use runtime::Job;

/// In one run.
const BATCH_MAX: i64 = 200;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("lapse_messages", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let unanswered = messages::unanswered(&ctx.db, BATCH_MAX).await?;
    let found = unanswered.len();
    for command in unanswered {
        let cause = Cause::asked_by("clock".to_owned(), None);
        ctx.db.execute(&ctx.lapse, Asked { cause, command }).await?;
    }
    Ok(found)
}
