//! One dispatcher takes an order of the manual queue; others are kept out until the hold ends.
use crate::domain::manual::Claim;
use crate::store;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct ClaimOrder {
    /// How long a hold lasts.
    pub claim_for: TimeDelta,
}

/// Who wants which order.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// `agent:<subject>`
    pub by: String,
}

/// Why an order cannot be taken.
#[derive(Debug, Error)]
pub enum ClaimRefused {
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

impl Work for ClaimOrder {
    const NAME: &'static str = "claim_order";
    type Command = Command;
    type Output = Claim;
    type Refusal = ClaimRefused;

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
        let mut waiting = store::manual_queue::claims_for_update(conn, &ids).await?;
        let mut taken = Vec::new();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let result = match waiting.get_mut(&command.order_id.uuid()) {
                None => Err(ClaimRefused::NotWaiting),
                Some(Some(claim)) if claim.keeps_out(&command.by, now) => {
                    Err(ClaimRefused::Claimed { until: claim.until })
                }
                Some(held) => {
                    let claim = Claim {
                        by: command.by.clone(),
                        until: now + self.claim_for,
                    };
                    *held = Some(claim.clone());
                    taken.retain(|(order, _): &(OrderId, Claim)| *order != command.order_id);
                    taken.push((command.order_id, claim.clone()));
                    Ok(claim)
                }
            };
            results.push(result);
        }
        store::manual_queue::claim(conn, &taken).await?;
        Ok(results)
    }
}
