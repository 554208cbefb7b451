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
    let (mut done, mut failed) = (0, None);
    for command in messages::unanswered(&ctx.db, BATCH_MAX).await? {
        let cause = Cause::asked_by("clock".to_owned(), None);
        match ctx.db.execute(&ctx.lapse, Asked { cause, command }).await {
            Ok(()) => done += 1,
            Err(error) => {
                // One that cannot be read keeps no other from its next attempt.
                tracing::error!(callback.id = %command.0, %error, "a message that was not answered is passed over");
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) if done == 0 => Err(error.into()),
        _ => Ok(done),
    }
}
