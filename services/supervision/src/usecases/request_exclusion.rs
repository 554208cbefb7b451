//! Somebody asks that an order be left out of figures 剔除.
use crate::domain::figures::OverLimit;
use crate::events;
use crate::store::exclusions::{self, ExclusionRow};
use crate::usecases::exclusion_share::ExclusionRules;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct RequestExclusion(pub ExclusionRules);

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// Assignment it is about; `None` = every one.
    pub generation: Option<i32>,
    /// Figures; empty = all.
    pub figures: Vec<String>,
    /// Code of the policy.
    pub reason: String,
    /// Why.
    pub note: String,
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ExclusionRefused {
    /// Nothing is known of the order, or it has no such assignment.
    #[error("the order, or its assignment, is not known")]
    OrderUnknown,
    /// A limit of the city forbids it.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
}

impl Work for RequestExclusion {
    const NAME: &'static str = "request_exclusion";
    type Command = Command;
    type Output = ExclusionRow;
    type Refusal = ExclusionRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Asked by people, one at a time.
        for Asked { cause, command } in commands {
            let order_id = command.order_id.uuid();
            if !exclusions::order_has(conn, order_id, command.generation).await? {
                results.push(Err(ExclusionRefused::OrderUnknown));
                continue;
            }
            if let Err(over) = self.allowed(conn, now, command).await? {
                results.push(Err(over.into()));
                continue;
            }
            let row = ExclusionRow {
                exclusion_id: Uuid::now_v7(),
                order_id,
                generation: command.generation,
                figures: command.figures.clone(),
                reason: command.reason.clone(),
                note: command.note.clone(),
                state: "requested".to_owned(),
                requested_by: cause.actor.clone(),
                requested_at: now,
                reviewed_by: None,
                reviewed_at: None,
                review_note: None,
            };
            exclusions::insert(conn, &row).await?;
            let about = (command.order_id, row.exclusion_id, row.generation);
            let event = events::exclusion_request(about, &row.figures, (&row.reason, &row.note));
            bus::outbox::append(conn, &[events::exclusion_requested(&event, now, cause)]).await?;
            results.push(Ok(row));
        }
        Ok(results)
    }
}

impl RequestExclusion {
    async fn allowed(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        command: &Command,
    ) -> Result<Result<(), OverLimit>, DbError> {
        let order_id = command.order_id.uuid();
        let about = exclusions::about(conn, order_id, command.generation).await?;
        if let Err(over) = self.0.policy.exclusions.in_time(about.ended_at, now) {
            return Ok(Err(over));
        }
        self.0.one_more(conn, order_id, &about, true).await
    }
}
