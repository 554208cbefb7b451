//! Messages that are due go to intake in the hours for messages, each until it is taken or will never be; a link that will never be is followed by
//! the next attempt at once.
use crate::clients::intake::SendError;
use crate::ctx::{Ctx, Messages};
use crate::domain::message;
use crate::usecases::messages::{self, Due, Tried};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use contracts::ids::{CallbackId, ComplaintId};
use futures::{StreamExt as _, stream};
use runtime::Job;

/// In one run.
const BATCH_MAX: i64 = 50;
/// At the same time.
const TOGETHER_MAX: usize = 10;
/// Longer than a run in which every call to intake takes its whole time (`messages.timeout_ms`), and a little.
fn lease(timeout: TimeDelta) -> TimeDelta {
    let rounds = i32::try_from(BATCH_MAX).unwrap_or(i32::MAX) / i32::try_from(TOGETHER_MAX).unwrap_or(1);
    timeout * rounds + TimeDelta::seconds(30)
}

pub(super) fn job(ctx: Ctx, sender: Messages, every_ms: u64) -> Job {
    Job::new("send_messages", every_ms, move || {
        run(ctx.clone(), sender.clone())
    })
}

async fn run(ctx: Ctx, sender: Messages) -> anyhow::Result<usize> {
    let due = messages::claim(&ctx.db, &ctx.lapse.policies, lease(sender.timeout), BATCH_MAX).await?;
    let done = due.len();
    let calls = due.into_iter().map(|one| {
        let (ctx, sender) = (ctx.clone(), sender.clone());
        async move {
            let tried = send(&ctx, &sender, &one).await;
            (one, tried)
        }
    });
    let mut calls = stream::iter(calls).buffer_unordered(TOGETHER_MAX);
    while let Some((one, tried)) = calls.next().await {
        if let Tried::Again(error, _) | Tried::Failed(error) = &tried {
            tracing::warn!(message.id = %one.message_id, attempt = one.tries, error, "message not sent");
        }
        messages::record(&ctx.db, one.message_id, &tried).await?;
        if let (Tried::Failed(_), Some(callback_id), Some(attempt)) = (&tried, one.callback_id, one.attempt) {
            let cause = Cause::asked_by("clock".to_owned(), None);
            let command = (CallbackId(callback_id), attempt);
            ctx.db.execute(&ctx.lapse, Asked { cause, command }).await?;
        }
    }
    Ok(done)
}

async fn send(ctx: &Ctx, sender: &Messages, due: &Due) -> Tried {
    let title = (!due.confidential).then_some(due.title.as_str());
    let text = match due.expires_at {
        Some(expires_at) => {
            let token = sender.link_key.token(due.message_id, expires_at);
            let url = format!("{}/v1/surveys/{token}", sender.public_url);
            message::survey(&due.number, title, &url, ctx.local(expires_at))
        }
        None => match due.outcome.as_deref().map(str::parse) {
            Some(Ok(outcome)) => message::result(&due.number, outcome),
            _ => return Tried::Failed("its order has no known end".to_owned()),
        },
    };
    let sent = sender
        .intake
        .send(ComplaintId(due.complaint_id), due.message_id, &text)
        .await;
    match sent {
        Ok(()) => Tried::Sent,
        Err(error @ SendError::Never(_)) => Tried::Failed(error.to_string()),
        Err(error) if due.tries >= sender.tries_max => Tried::Failed(error.to_string()),
        Err(error) => Tried::Again(error.to_string(), message::wait_after(due.tries)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_outlives_the_slowest_run() {
        assert_eq!(lease(TimeDelta::seconds(10)), TimeDelta::seconds(80));
    }
}
