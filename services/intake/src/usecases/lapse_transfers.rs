//! Offers that nobody answered in time end, and their receivers are told. Called by the job of the same name.
use super::transfer_moves::{end_of, moved};
use crate::domain::transfer::Step;
use crate::store::{peer_messages, transfers};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;

/// The use case; a command is the most that is done at once.
#[derive(Clone, Copy, Debug)]
pub struct LapseTransfers;

impl Work for LapseTransfers {
    const NAME: &'static str = "lapse_transfers";
    type Command = i64;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<i64>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { cause, command } in commands {
            let due = transfers::due(conn, now, *command).await?;
            let mut lapsed = 0;
            for mut transfer in transfers::readable_for_update(conn, &due).await? {
                if transfer.take(Step::Lapse) == Ok(true) {
                    lapsed += 1;
                    transfer.decided_at = Some(now);
                    moved(conn, now, &transfer, cause).await?;
                    peer_messages::queue(conn, &transfer.peer, &end_of(&transfer, now), now).await?;
                }
            }
            results.push(Ok(lapsed));
        }
        Ok(results)
    }
}

/// Ends what is due; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn lapse(db: &Db, limit: i64) -> Result<usize, DbError> {
    let cause = Cause::asked_by("job:lapse_transfers".to_owned(), None);
    let asked = Asked {
        cause,
        command: limit,
    };
    match db.execute(&LapseTransfers, asked).await {
        Ok(count) => Ok(count),
        Err(ExecuteError::Db(error)) => Err(error),
        Err(ExecuteError::Refused(never)) => match never {},
    }
}
