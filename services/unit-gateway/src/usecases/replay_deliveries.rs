//! A person has documents sent again, on the way that the unit has now.
use crate::store::claims;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::UnitCode;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// Which ones.
#[derive(Clone, Debug)]
pub struct ReplayDeliveries {
    /// The unit.
    pub unit: UnitCode,
    /// One document, whether the unit has it or not; `None` = all that it does not have.
    pub delivery_id: Option<Uuid>,
    /// Subject of the person.
    pub by: String,
}

/// The use case; answers how many.
#[derive(Clone, Copy, Debug)]
pub struct Replays;

impl Work for Replays {
    const NAME: &'static str = "replay_deliveries";
    type Command = ReplayDeliveries;
    type Output = u64;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<ReplayDeliveries>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let count = claims::replay(conn, now, command.unit.as_str(), command.delivery_id).await?;
            // The audit line.
            tracing::info!(unit = %command.unit, delivery.id = ?command.delivery_id, by = command.by, count, "documents sent again by hand");
            results.push(Ok(count));
        }
        Ok(results)
    }
}
