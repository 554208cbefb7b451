//! Cases that are ours by the sender's word and could not be registered are tried again. Called by the job of the same name.
use super::take_over::TakeOver;
use super::transfer_moves::locked;
use crate::domain::transfer::TransferState;
use crate::store::{transfer_alarms, transfers};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case; a command is a transfer.
#[derive(Clone, Debug)]
struct RegisterAgain {
    take: TakeOver,
}

impl Work for RegisterAgain {
    const NAME: &'static str = "register_again";
    type Command = Uuid;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Uuid>],
    ) -> Result<Results<Self>, DbError> {
        for Asked { cause, command } in commands {
            let Some(mut transfer) = locked(conn, *command).await? else {
                continue;
            };
            // Somebody else may have registered it meanwhile.
            if transfer.unregistered.is_none() {
                continue;
            }
            if let (TransferState::Accepting, Some(decided_at)) = (transfer.state, transfer.decided_at) {
                self.take
                    .confirmed(conn, now, &mut transfer, decided_at, cause)
                    .await?;
            } else {
                // A replica of before this column has taken it further.
                transfer.unregistered = None;
                transfers::save(conn, &transfer).await?;
            }
        }
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// Tries what is due, each in a transaction of its own; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn register_again(db: &Db, take: TakeOver, limit: i64) -> Result<usize, DbError> {
    let due = transfer_alarms::due(&mut *db.pool().acquire().await?, db.clock().now(), limit).await?;
    let work = RegisterAgain { take };
    for transfer_id in &due {
        let asked = Asked {
            cause: Cause::asked_by("job:register_again".to_owned(), None),
            command: *transfer_id,
        };
        match db.execute(&work, asked).await {
            Ok(()) => {}
            Err(ExecuteError::Db(error)) if error.is_unavailable() => return Err(error),
            // The next ones are not to wait for this one.
            Err(ExecuteError::Db(error)) => {
                tracing::error!(transfer.id = %transfer_id, error = &error as &dyn std::error::Error,
                    "a case that is ours could not be registered");
            }
            Err(ExecuteError::Refused(never)) => match never {},
        }
    }
    Ok(due.len())
}
