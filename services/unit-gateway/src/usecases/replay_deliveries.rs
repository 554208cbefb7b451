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

/// What comes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replayed {
    /// Documents that are due now.
    pub count: u64,
    /// The unit pulls: nothing is sent, and it finds them after this place in its feed.
    pub pull_after: Option<i64>,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct Replays;

impl Work for Replays {
    const NAME: &'static str = "replay_deliveries";
    type Command = ReplayDeliveries;
    type Output = Replayed;
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
            let pull_after = claims::pulled_after(conn, command.unit.as_str(), command.delivery_id).await?;
            results.push(Ok(Replayed { count, pull_after }));
        }
        Ok(results)
    }
}
