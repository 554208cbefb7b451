//! A second person agrees, or does not, that an order be left out of figures.
use crate::events;
use crate::store::exclusions::{self, ExclusionRow};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct ReviewExclusion;

/// A decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The request.
    pub exclusion_id: Uuid,
    /// The order is left out.
    pub grant: bool,
    /// Why.
    pub note: String,
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ReviewRefused {
    /// There is no such request.
    #[error("there is no such request")]
    Unknown,
    /// It was decided before.
    #[error("it was decided before: {0}")]
    Decided(String),
    /// Whoever asked does not decide.
    #[error("whoever asked does not decide")]
    SamePerson,
}

impl Work for ReviewExclusion {
    const NAME: &'static str = "review_exclusion";
    type Command = Command;
    type Output = ExclusionRow;
    type Refusal = ReviewRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Asked by people, one at a time.
        for Asked { cause, command } in commands {
            let Some(mut row) = exclusions::lock(conn, command.exclusion_id).await? else {
                results.push(Err(ReviewRefused::Unknown));
                continue;
            };
            if row.state != "requested" {
                results.push(Err(ReviewRefused::Decided(row.state)));
                continue;
            }
            if row.requested_by == cause.actor {
                results.push(Err(ReviewRefused::SamePerson));
                continue;
            }
            row.state = if command.grant { "granted" } else { "denied" }.to_owned();
            row.reviewed_by = Some(cause.actor.clone());
            row.reviewed_at = Some(now);
            row.review_note = Some(command.note.clone());
            exclusions::decide(conn, &row).await?;
            let about = (OrderId(row.order_id), row.exclusion_id);
            let fact = events::exclusion_reviewed(about, (command.grant, &command.note), now, cause);
            bus::outbox::append(conn, &[fact]).await?;
            results.push(Ok(row));
        }
        Ok(results)
    }
}
