//! Telling other hotlines: claims what is due, and records what came of it. What is told is never lost: it is tried until the
//! peer has confirmed it. Called by the job `tell_peers`, which makes the calls with no transaction open.
use super::take_over::TakeOver;
use super::transfer_moves::{locked, moved};
use crate::domain::peer::{Answer, Message};
use crate::domain::peer_way::Said;
use crate::domain::transfer::{Step, TransferState};
use crate::store::{peer_messages, transfers};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

pub use crate::store::peer_messages::{Claim, Waiting};

/// What came of telling something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// The peer says where it stands.
    Answered(Answer),
    /// The peer's stream has it. Its reply to a message comes by itself; after this wait the message is sent again.
    Stored(TimeDelta),
    /// The peer will never take it; the code of its problem, and what it says is wrong.
    Refused(String),
    /// It did not get through; tried again after this wait.
    Failed(String, TimeDelta),
}

/// Something that was told, and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempt {
    /// Its id.
    pub message_id: Uuid,
    /// What was said.
    pub said: Said,
    /// What came of it.
    pub told: Told,
}

/// The use case that records.
#[derive(Clone, Debug)]
pub struct RecordTold {
    /// A case that is ours now is registered.
    pub take: TakeOver,
    /// Wait before a sender that has not decided about our yes is asked again.
    pub again: TimeDelta,
}

/// What may be told now; nobody else tells it for as long as the lease.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &Db, claim: &Claim) -> Result<Vec<Waiting>, DbError> {
    let mut conn = db.pool().acquire().await?;
    peer_messages::claim(&mut conn, db.clock().now(), claim).await
}

impl Work for RecordTold {
    const NAME: &'static str = "record_told";
    type Command = Attempt;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Attempt>],
    ) -> Result<Results<Self>, DbError> {
        for Asked { cause, command } in commands {
            let id = command.message_id;
            match (&command.told, &command.said) {
                (Told::Failed(error, wait), _) => {
                    peer_messages::tried(conn, id, None, Some((now + *wait, error))).await?;
                }
                (Told::Stored(wait), Said::Message(_)) => {
                    peer_messages::stored(conn, id, now, now + *wait).await?;
                }
                (Told::Refused(code), Said::Message(message)) => {
                    peer_messages::tried(conn, id, Some(now), Some((now, code))).await?;
                    refused(conn, now, message, code, cause).await?;
                }
                (Told::Answered(answer), Said::Message(message)) if is_undecided(message, answer) => {
                    let said = format!("answered {}", answer.state);
                    tracing::warn!(transfer.id = %message.transfer_id(), said, "a hotline has not decided about our yes");
                    peer_messages::tried(conn, id, None, Some((now + self.again, &said))).await?;
                }
                (Told::Answered(answer), Said::Message(message)) => {
                    peer_messages::tried(conn, id, Some(now), None).await?;
                    self.answered(conn, now, message, answer, cause).await?;
                }
                // Nothing comes of a reply.
                (_, Said::Reply(_)) => peer_messages::tried(conn, id, Some(now), None).await?,
            }
        }
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// A sender says at once what becomes of a yes. One that does not, or in a word that nobody here knows, is asked until it does.
fn is_undecided(message: &Message, answer: &Answer) -> bool {
    let there = answer.state.parse::<TransferState>();
    let decided = there.is_ok_and(|state| !state.is_pending());
    matches!(message, Message::Acceptance { .. }) && !decided
}

/// A machine that will not take an offer has refused it; one that knows nothing of an offer that we accepted has it no more.
async fn refused(
    conn: &mut Conn,
    now: DateTime<Utc>,
    message: &Message,
    code: &str,
    cause: &Cause,
) -> Result<(), DbError> {
    let step = match message {
        Message::Offer(_) => Step::Refuse,
        Message::Acceptance { .. } => Step::Withdraw,
        _ => {
            tracing::warn!(transfer.id = %message.transfer_id(), code, "a hotline does not take what it was told");
            return Ok(());
        }
    };
    let Some(mut transfer) = locked(conn, message.transfer_id().uuid()).await? else {
        return Ok(());
    };
    if transfer.take(step) == Ok(true) {
        transfer.decided_at = Some(now);
        transfer.why = Some(code.to_owned());
        moved(conn, now, &transfer, cause).await?;
    }
    Ok(())
}

impl RecordTold {
    async fn answered(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        message: &Message,
        answer: &Answer,
        cause: &Cause,
    ) -> Result<(), DbError> {
        let Some(mut transfer) = locked(conn, message.transfer_id().uuid()).await? else {
            return Ok(());
        };
        let there = answer.state.parse::<TransferState>().ok();
        let step = match (message, there) {
            (Message::Offer(_), Some(TransferState::Withdrawn)) => Some(Step::Withdraw),
            (Message::Offer(_), _) => {
                transfer.receipt_at.get_or_insert(now);
                transfers::save(conn, &transfer).await?;
                None
            }
            // The sender's word decides about our yes.
            (Message::Acceptance { .. }, Some(TransferState::Accepted | TransferState::Completed)) => {
                Some(Step::Confirm)
            }
            (Message::Acceptance { .. }, Some(TransferState::Lapsed)) => Some(Step::Lapse),
            // An offer that the sender holds for refused or taken back is not ours to work on.
            (Message::Acceptance { .. }, Some(TransferState::Withdrawn | TransferState::Refused)) => {
                Some(Step::Withdraw)
            }
            (Message::Acceptance { .. }, Some(TransferState::Kept)) => Some(Step::Keep),
            _ => None,
        };
        let Some(step) = step else { return Ok(()) };
        let decided_at = answer.decided_at.unwrap_or(now);
        if step == Step::Confirm {
            return self
                .take
                .confirmed(conn, now, &mut transfer, decided_at, cause)
                .await;
        }
        if transfer.take(step) != Ok(true) {
            return Ok(());
        }
        transfer.decided_at = Some(decided_at);
        if let Some(into) = answer.merged_into {
            transfer.why = Some(format!("merged into {into}"));
        }
        moved(conn, now, &transfer, cause).await
    }
}
