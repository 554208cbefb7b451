//! What people look at in orders: assignments, the queue, returns, and whether a decision still stands.
use super::directories::Directories;
use crate::domain::assignment::{Assignment, Settled, settle};
use crate::domain::manual::{QueueItem, QueuePlace};
use crate::domain::order::Order;
use crate::domain::returns::{Return, ReturnPlace, ReturnState};
use crate::store;
use crate::store::helpers::Helper;
pub use crate::store::rulings::{RulingPlace, RulingRow};
use contracts::ids::OrderId;
use db::{Db, DbError};

/// An order with all its assignments.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// Newest first.
    pub assignments: Vec<Assignment>,
    /// Units that leads asked to help, oldest first.
    pub helpers: Vec<Helper>,
    /// Why it waits, while it waits.
    pub waiting: Option<QueueItem>,
}

/// Rulings behind a place, newest first.
///
/// # Errors
/// When the database fails.
pub async fn rulings(db: &Db, after: Option<RulingPlace>, limit: i64) -> Result<Vec<RulingRow>, DbError> {
    store::rulings::list(&mut *db.pool().acquire().await?, after.as_ref(), limit).await
}

/// One order; `None` when routing has not heard of it.
///
/// # Errors
/// When the database fails.
pub async fn order(db: &Db, order_id: OrderId) -> Result<Option<OrderView>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(order) = store::orders::get(&mut conn, order_id.uuid()).await? else {
        return Ok(None);
    };
    let assignments = store::assignments::of_order(&mut conn, order_id.uuid()).await?;
    let helpers = store::helpers::of_orders(&mut conn, &[order_id.uuid()]).await?;
    let waiting = store::manual_queue::get(&mut conn, order_id.uuid()).await?;
    Ok(Some(OrderView {
        order,
        assignments,
        helpers: helpers.into_values().flatten().collect(),
        waiting,
    }))
}

/// The manual queue behind a place.
///
/// # Errors
/// When the database fails.
pub async fn manual_queue(db: &Db, after: Option<QueuePlace>, limit: i64) -> Result<Vec<QueueItem>, DbError> {
    store::manual_queue::list(&mut *db.pool().acquire().await?, after.as_ref(), limit).await
}

/// Return requests in a state behind a place, with the numbers of their orders.
///
/// # Errors
/// When the database fails.
pub async fn returns(
    db: &Db,
    state: ReturnState,
    after: Option<ReturnPlace>,
    limit: i64,
) -> Result<Vec<(Return, String)>, DbError> {
    store::returns::list(&mut *db.pool().acquire().await?, state, after.as_ref(), limit).await
}

/// What the rules say today of a stored decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replayed {
    /// The same in every part, explanation included.
    Same,
    /// Something differs: the program no longer reads that version as it did.
    Differs,
    /// A dispatcher decided; there is no rule to ask.
    ByDispatcher,
    /// The directory version it cites is not there.
    VersionMissing,
}

/// Asks the directory version that an assignment cites the same question again.
///
/// # Errors
/// When the database fails.
pub async fn replay(
    db: &Db,
    directories: &Directories,
    order: &Order,
    assignment: &Assignment,
) -> Result<Replayed, DbError> {
    if !assignment.is_by_rules() {
        return Ok(Replayed::ByDispatcher);
    }
    let mut conn = db.pool().acquire().await?;
    let Some(directory) = directories
        .version(&mut conn, assignment.directory_version)
        .await?
    else {
        return Ok(Replayed::VersionMissing);
    };
    let then = Order {
        question: assignment.question.clone(),
        generation: assignment.generation - 1,
        bounces: assignment.bounces,
        ..order.clone()
    };
    let again = settle(&directory, &then, assignment.decided_at);
    let same = match again {
        Settled::Assigned(mut again) => {
            // A row of before there were policies does not say what its lead might return.
            again.return_right = again.return_right.filter(|_| assignment.return_right.is_some());
            *again == *assignment
        }
        Settled::Undecided(_) => false,
    };
    Ok(if same { Replayed::Same } else { Replayed::Differs })
}
