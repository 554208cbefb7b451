//! A dispatcher reviews a return request. Upheld: the order is decided again without that unit. Rejected: it stays.
use super::changes::Changes;
use super::directories::Directories;
use crate::domain::assignment::{Settled, settle};
use crate::domain::directory::Directory;
use crate::domain::dispute;
use crate::domain::order::{IllegalMove, Order, OrderEvent};
use crate::domain::returns::{Return, ReturnState, Review};
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::directory::UnitRef;
use contracts::ids::ReturnId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct ReviewReturn {
    /// The directory in use.
    pub directories: Directories,
}

/// A reviewer's verdict.
#[derive(Clone, Debug)]
pub struct Command {
    /// The request.
    pub return_id: ReturnId,
    /// True: the order is not this unit's.
    pub upheld: bool,
    /// Why.
    pub reason: String,
    /// `agent:<subject>`
    pub by: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The order.
    pub order: Order,
    /// Its lead now; `None` when it waits for a dispatcher.
    pub lead: Option<UnitRef>,
}

/// Why a request cannot be reviewed.
#[derive(Debug, Error)]
pub enum ReviewRefused {
    /// There is no such request.
    #[error("the return request is not known")]
    ReturnUnknown,
    /// It was reviewed before, or its assignment is over.
    #[error("the return request is {0}")]
    NotOpen(ReturnState),
    /// The order's state does not allow it.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// There is nothing to decide by.
    #[error("no directory has been published yet")]
    NoDirectory,
}

impl Work for ReviewReturn {
    const NAME: &'static str = "review_return";
    type Command = Command;
    type Output = Reviewed;
    type Refusal = ReviewRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        store::manual_queue::enter(conn).await?;
        let Some(directory) = self.directories.current(conn).await? else {
            return Ok(commands.iter().map(|_| Err(ReviewRefused::NoDirectory)).collect());
        };
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.return_id.uuid())
            .collect();
        // Orders are always locked before their requests, so that nobody waits in a circle.
        let order_ids = store::returns::orders_of(conn, &ids).await?;
        let mut orders = store::orders::load_for_update(conn, &order_ids).await?;
        let mut returns = store::returns::load_for_update(conn, &ids).await?;
        let leads = store::assignments::newest(conn, &order_ids).await?;
        let mut changes = Changes::default();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            let found = returns.get_mut(&command.return_id.uuid());
            let found =
                found.and_then(|found| Some((orders.get_mut(&found.request.order_id.uuid())?, found)));
            let Some((order, returned)) = found else {
                results.push(Err(ReviewRefused::ReturnUnknown));
                continue;
            };
            if returned.state != ReturnState::Open || order.generation != returned.request.generation {
                results.push(Err(ReviewRefused::NotOpen(returned.state)));
                continue;
            }
            let review = Review {
                by: command.by.clone(),
                at: now,
                reason: telemetry::redact::mask_numbers(&command.reason).into_owned(),
            };
            let cause = &order.within(cause);
            let kept = leads
                .get(&order.order_id.uuid())
                .map(|assignment| assignment.lead.clone());
            let result = if command.upheld {
                uphold(&directory, order, returned, review, cause, &mut changes)
            } else {
                reject(order, returned, review, cause, &mut changes).map(|()| kept)
            };
            results.push(
                result
                    .map(|lead| Reviewed {
                        order: order.clone(),
                        lead,
                    })
                    .map_err(ReviewRefused::from),
            );
        }
        changes.write(conn).await?;
        Ok(results)
    }
}

fn uphold(
    directory: &Directory,
    order: &mut Order,
    returned: &mut Return,
    review: Review,
    cause: &Cause,
    changes: &mut Changes,
) -> Result<Option<UnitRef>, IllegalMove> {
    let mut next = order.clone();
    next.bounces += 1;
    if !next.question.excluded.contains(&returned.request.unit) {
        next.question.excluded.push(returned.request.unit.clone());
    }
    let mut settled = settle(directory, &next, review.at);
    let suggested = returned.request.suggested_unit.as_ref();
    let disputed = dispute::of_return(directory, order, &next, suggested, &settled);
    if let Some(why) = disputed {
        order.state.after(OrderEvent::LeftDisputed)?;
        let waiting = dispute::waiting(directory, &next, why, suggested, settled, review.at);
        let at = review.at;
        changes
            .facts
            .push(events::return_upheld(returned, &review, cause));
        close(returned, ReturnState::Upheld, review, changes);
        changes.dispute(&mut next, waiting, at, cause);
        left(order, next, changes);
        return Ok(None);
    }
    let lead = match &mut settled {
        Settled::Assigned(assignment) => {
            order.state.after(OrderEvent::Reassigned)?;
            Some(assignment.lead.clone())
        }
        Settled::Undecided(waiting) => {
            order.state.after(OrderEvent::LeftUndecided)?;
            if let Some(unit) = &returned.request.suggested_unit {
                waiting.suggest(directory, unit);
            }
            None
        }
    };
    changes
        .facts
        .push(events::return_upheld(returned, &review, cause));
    close(returned, ReturnState::Upheld, review, changes);
    changes.settle(directory, &mut next, settled, cause);
    left(order, next, changes);
    Ok(lead)
}

/// The order has left the unit, and its other open requests end.
fn left(order: &mut Order, next: Order, changes: &mut Changes) {
    changes.ended.push(next.order_id.uuid());
    changes.orders.insert(next.order_id.uuid(), next.clone());
    *order = next;
}

fn reject(
    order: &Order,
    returned: &mut Return,
    review: Review,
    cause: &Cause,
    changes: &mut Changes,
) -> Result<(), IllegalMove> {
    order.state.after(OrderEvent::ReturnRejected)?;
    changes
        .facts
        .push(events::return_rejected(returned, &review, cause));
    close(returned, ReturnState::Rejected, review, changes);
    Ok(())
}

fn close(returned: &mut Return, state: ReturnState, review: Review, changes: &mut Changes) {
    returned.state = state;
    returned.review = Some(review);
    changes
        .reviewed
        .insert(returned.request.return_id.uuid(), returned.clone());
}
