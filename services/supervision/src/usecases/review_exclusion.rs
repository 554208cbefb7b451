//! A second person agrees, or does not, that an order be left out of figures; or whoever asked takes it back.
use crate::domain::figures::OverLimit;
use crate::domain::{NoReview, RequestState, Says, may_review};
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
pub struct ReviewExclusion(pub ExclusionRules);

/// A decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The request.
    pub exclusion_id: Uuid,
    /// The order is left out.
    pub grant: bool,
    /// Why.
    pub note: String,
    /// Whether this person reviews such requests; whoever asked may take it back.
    pub reviews: bool,
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ReviewRefused {
    /// There is no such request.
    #[error("there is no such request")]
    Unknown,
    /// Nobody may, or not this person.
    #[error(transparent)]
    NoReview(#[from] NoReview),
    /// A limit of the city forbids to grant it.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
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
            let verdict = RequestState::verdict(command.grant);
            let says = Says {
                by: &cause.actor,
                reviews: command.reviews,
                verdict,
            };
            if let Err(refusal) = may_review(row.state == "requested", &row.requested_by, says) {
                results.push(Err(refusal.into()));
                continue;
            }
            if command.grant {
                let about = exclusions::about(conn, row.order_id, row.generation).await?;
                if let Err(over) = self.0.one_more(conn, row.order_id, &about, false).await? {
                    results.push(Err(over.into()));
                    continue;
                }
            }
            verdict.word().clone_into(&mut row.state);
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
