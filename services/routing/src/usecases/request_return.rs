//! A unit says "not ours": noted for a dispatcher to review. Requests about an assignment that is over are kept
//! as stale; those that the city's policy forbids are refused at once.
use super::changes::Changes;
use super::directories::Directories;
use crate::domain::returns::{Return, ReturnRequest, ReturnState, Review, window_ends};
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct RequestReturn {
    /// The directory in use, for its calendars.
    pub directories: Directories,
}

/// Why a request cannot be noted yet.
#[derive(Debug, Error)]
pub enum ReturnRefused {
    /// Its order's registration has not arrived.
    #[error("the order is not known yet")]
    OrderUnknown,
}

impl Work for RequestReturn {
    const NAME: &'static str = "request_return";
    type Command = ReturnRequest;
    type Output = ();
    type Refusal = ReturnRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<ReturnRequest>],
    ) -> Result<Results<Self>, DbError> {
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        store::manual_queue::enter(conn).await?;
        let directory = self.directories.current(conn).await?;
        let orders = store::orders::load_for_update(conn, &ids).await?;
        let assignments = store::assignments::newest(conn, &ids).await?;
        let mut changes = Changes::default();
        let mut results = Vec::with_capacity(commands.len());
        for Asked {
            command: request,
            cause,
        } in commands
        {
            let id = request.order_id.uuid();
            let Some(order) = orders.get(&id) else {
                results.push(Err(ReturnRefused::OrderUnknown));
                continue;
            };
            let assignment = assignments.get(&id);
            let window = directory.as_ref().zip(assignment);
            let returned = Return {
                state: request.state_at(order, assignment.map(|assignment| &assignment.lead.code)),
                window_ends_at: window.and_then(|(directory, assignment)| window_ends(directory, assignment)),
                request: request.clone(),
                review: None,
            };
            if let Some(why) = returned.refused_by_policy(assignment) {
                let review = Review::by_policy(why, now);
                changes
                    .facts
                    .push(events::return_rejected(&returned, &review, cause));
                let refused = Return {
                    state: ReturnState::Rejected,
                    review: Some(review),
                    ..returned.clone()
                };
                changes.reviewed.insert(refused.request.return_id.uuid(), refused);
            }
            changes.new_returns.push(returned);
            results.push(Ok(()));
        }
        changes.write(conn).await?;
        Ok(results)
    }
}
