//! Results of complaints to the desks that brought them.
use crate::ctx::{Ctx, ProviderError};
use crate::domain::progress::Progress;
use crate::domain::reply_address::{ReplyWay, message, posted};
use crate::domain::reveal::{Field, Looker, Purpose};
use crate::links::DESK_SECRET;
use crate::usecases::reveal_identity::{Look, Revealed};
use crate::usecases::tell_results::{self, Due};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use futures::future::join_all;
use runtime::Job;

const BATCH_MAX: i64 = 20;
/// Who looks at a number, in the access log.
const OURSELVES: &str = "service:intake";

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("tell_results", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    // All of a round are told at the same time, so each has the whole lease.
    let lease = TimeDelta::seconds(ctx.replies.lease_secs.into());
    let due = tell_results::claim(&ctx.db, lease, BATCH_MAX).await?;
    let told = due.iter().map(|(due, progress)| tell(&ctx, due, progress));
    for ((due, _), told) in due.iter().zip(join_all(told).await) {
        match told {
            Ok(()) => tell_results::record(&ctx.db, due, None).await?,
            Err(error) => {
                tracing::warn!(result.id = %due.result_id, address = due.address, %error, "a result was not told");
                let wait = ctx.replies.wait_after(due.attempts);
                tell_results::record(&ctx.db, due, Some((&error.to_string(), wait))).await?;
            }
        }
    }
    Ok(due.len())
}

async fn tell(ctx: &Ctx, due: &Due, progress: &Progress) -> Result<(), ProviderError> {
    let now = ctx.db.clock().now();
    match (due.way, &due.url) {
        (ReplyWay::Sms, _) => {
            let phone = phone(ctx, due).await?;
            ctx.sms.send(due.result_id, &phone, &message(progress), now).await
        }
        (ReplyWay::Post, Some(url)) => {
            let secret = secret(ctx, due)?;
            let body = posted(due.result_id, progress).to_string();
            ctx.desks.post(due.result_id, (url, &secret), body, now).await
        }
        (ReplyWay::Post, None) => {
            let body = posted(due.result_id, progress).to_string();
            ctx.desks.keep(&due.address, due.result_id, body).await
        }
    }
}

fn secret(ctx: &Ctx, due: &Due) -> Result<Vec<u8>, ProviderError> {
    let sealed = due
        .secret
        .as_ref()
        .ok_or(ProviderError::Setting("it has no secret yet"))?;
    let opened = ctx.links.vault.open_secret(&due.address, DESK_SECRET, sealed);
    let opened = opened.map_err(|error| ProviderError::Later(error.to_string()))?;
    signing::read(&opened).ok_or(ProviderError::Setting("its secret cannot be read"))
}

/// The number of whoever wrote; the look is in the access log.
async fn phone(ctx: &Ctx, due: &Due) -> Result<String, ProviderError> {
    let look = Look {
        complaint_id: due.complaint_id,
        field: Field::Phone,
        purpose: Purpose::Callback,
        reason: format!("result {}", due.result_id),
        looked_by: OURSELVES.to_owned(),
        roles: vec!["service".to_owned()],
        lookers: vec![Looker::CallbackAgent],
    };
    let cause = Cause::asked_by(OURSELVES.to_owned(), None);
    let revealed = ctx.db.execute(&ctx.reveal, Asked { cause, command: look }).await;
    match revealed.map_err(|error| ProviderError::Later(error.to_string()))? {
        Revealed::Value(phone) => Ok(phone),
        _ => Err(ProviderError::Setting("there is no number to answer to")),
    }
}
