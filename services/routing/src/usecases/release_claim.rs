//! A dispatcher lets an order of the manual queue go before the hold ends.
use crate::store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct ReleaseClaim;

/// Who lets which order go.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// `agent:<subject>`
    pub by: String,
}

/// Why a hold cannot be ended.
#[derive(Debug, Error)]
pub enum ReleaseRefused {
    /// It is not in the queue.
    #[error("the order does not wait for a dispatcher")]
    NotWaiting,
    /// Another dispatcher has it.
    #[error("another dispatcher works on it until {until}")]
    Claimed {
        /// When the other's hold ends.
        until: DateTime<Utc>,
    },
}

impl Work for ReleaseClaim {
    const NAME: &'static str = "release_claim";
    type Command = Command;
    type Output = ();
    type Refusal = ReleaseRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        store::manual_queue::enter(conn).await?;
        let waiting = store::manual_queue::claims_for_update(conn, &ids).await?;
        let mut released = Vec::new();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let id = command.order_id.uuid();
            results.push(match waiting.get(&id) {
                None => Err(ReleaseRefused::NotWaiting),
                Some(Some(claim)) if claim.keeps_out(&command.by, now) => {
                    Err(ReleaseRefused::Claimed { until: claim.until })
                }
                // Letting go of what nobody holds changes nothing.
                Some(_) => {
                    released.push(id);
                    Ok(())
                }
            });
        }
        store::manual_queue::release(conn, &released).await?;
        Ok(results)
    }
}
