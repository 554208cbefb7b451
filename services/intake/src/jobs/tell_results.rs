//! Results of complaints to the desks that brought them. Each is told and recorded on its own: a desk that hangs, is dead or
//! refuses, and a row that cannot be told, hold up no other.
use crate::ctx::{Ctx, ProviderError};
use crate::domain::progress::Progress;
use crate::domain::reply_address::{ReplyWay, message, posted};
use crate::domain::reveal::{Field, Looker, Purpose};
use crate::links::DESK_SECRET;
use crate::usecases::reveal_identity::{Look, Revealed};
use crate::usecases::tell_results::{self, Due, Told, Waits};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use futures::future::join_all;
use runtime::Job;

/// Results of one round, all told at the same time.
const BATCH_MAX: i64 = 20;
/// Of them for one desk.
const PER_DESK_MAX: i64 = 4;
/// Who looks at a number, in the access log.
const OURSELVES: &str = "service:intake";

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("tell_results", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let lease = TimeDelta::seconds(ctx.replies.lease_secs.into());
    let due = tell_results::claim(&ctx.db, lease, (BATCH_MAX, PER_DESK_MAX)).await?;
    // All at the same time, so each has the whole lease, and none waits for another to be recorded.
    let round = due
        .iter()
        .map(|(due, progress)| tell_and_record(&ctx, due, progress));
    join_all(round).await.into_iter().collect::<Result<(), _>>()?;
    Ok(due.len())
}

async fn tell_and_record(ctx: &Ctx, due: &Due, progress: &Progress) -> anyhow::Result<()> {
    let told = tell(ctx, due, progress).await.err().unwrap_or(Told::Yes);
    match &told {
        Told::Yes => {}
        Told::NotTried(error) | Told::NotTaken(error) => {
            tracing::warn!(result.id = %due.result_id, address = due.address, error, "a result was not told");
        }
        Told::Refused(error) => {
            tracing::error!(
                result.id = %due.result_id, complaint.id = %due.complaint_id, address = due.address, error,
                "a result was refused for good; a person must see to it"
            );
        }
    }
    let waits = Waits {
        result: ctx.replies.wait_after(due.attempts),
        desk: ctx.replies.wait_after(due.failures),
    };
    Ok(tell_results::record(&ctx.db, due, &told, waits).await?)
}

/// # Errors
/// Whatever else came of it than that it got there.
async fn tell(ctx: &Ctx, due: &Due, progress: &Progress) -> Result<(), Told> {
    let now = ctx.db.clock().now();
    let taken = match (due.way, &due.url) {
        (ReplyWay::Sms, _) => {
            let phone = phone(ctx, due).await?;
            ctx.sms.send(due.result_id, &phone, &message(progress), now).await
        }
        (ReplyWay::Post, Some(url)) => {
            let secret = secret(ctx, due)?;
            let body = posted(due.result_id, progress).to_string();
            let desk = (url.as_str(), due.private, secret.as_slice());
            ctx.desks.post(due.result_id, desk, body, now).await
        }
        (ReplyWay::Post, None) => {
            let body = posted(due.result_id, progress).to_string();
            ctx.desks.keep(&due.address, due.result_id, body).await
        }
    };
    taken.map_err(|error| match error {
        ProviderError::Refused(_) => Told::Refused(error.to_string()),
        ProviderError::Setting(_) | ProviderError::Later(_) => Told::NotTaken(error.to_string()),
    })
}

fn secret(ctx: &Ctx, due: &Due) -> Result<Vec<u8>, Told> {
    let sealed = due.secret.as_ref();
    let sealed = sealed.ok_or_else(|| Told::NotTaken("it has no secret yet".to_owned()))?;
    let opened = ctx.links.vault.open_secret(&due.address, DESK_SECRET, sealed);
    let opened = opened.map_err(|error| Told::NotTaken(error.to_string()))?;
    signing::read(&opened).ok_or_else(|| Told::NotTaken("its secret cannot be read".to_owned()))
}

/// The number of whoever wrote; the look is in the access log.
async fn phone(ctx: &Ctx, due: &Due) -> Result<String, Told> {
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
    match revealed.map_err(|error| Told::NotTried(error.to_string()))? {
        Revealed::Value(phone) => Ok(phone),
        Revealed::Absent => Err(Told::Refused("there is no number to answer to".to_owned())),
        Revealed::Refused => Err(Told::NotTried("the number may not be looked at".to_owned())),
        Revealed::Unreadable => Err(Told::NotTried("the number cannot be opened".to_owned())),
    }
}
