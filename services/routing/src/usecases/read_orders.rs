//! What people look at in orders: assignments, the queue, returns, and whether a decision still stands.
use super::directories::Directories;
use crate::domain::assignment::{Assignment, Settled, settle};
use crate::domain::directory::Directory;
use crate::domain::manual::{QueueItem, QueuePlace};
use crate::domain::order::Order;
use crate::domain::returns::{Return, ReturnPlace, ReturnState};
use crate::domain::undecided::UndecidedRecord;
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
    /// Every time nobody could be named, newest first.
    pub undecided: Vec<UndecidedRecord>,
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
    let undecided = store::undecided::of_order(&mut conn, order_id.uuid()).await?;
    let helpers = store::helpers::of_orders(&mut conn, &[order_id.uuid()]).await?;
    let waiting = store::manual_queue::get(&mut conn, order_id.uuid()).await?;
    Ok(Some(OrderView {
        order,
        assignments,
        undecided,
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
    replay_by(db, directories, assignment.directory_version, |directory| {
        let then = Order {
            question: assignment.question.clone(),
            generation: assignment.generation - 1,
            bounces: assignment.bounces,
            ..order.clone()
        };
        match settle(directory, &then, assignment.decided_at) {
            Settled::Assigned(mut again) => {
                // A row of before there were policies does not say what its lead might return.
                again.return_right = again.return_right.filter(|_| assignment.return_right.is_some());
                *again == *assignment
            }
            Settled::Undecided(_) => false,
        }
    })
    .await
}

/// Asks the directory version that could name nobody the same question again.
///
/// # Errors
/// When the database fails.
pub async fn replay_undecided(
    db: &Db,
    directories: &Directories,
    order: &Order,
    undecided: &UndecidedRecord,
) -> Result<Replayed, DbError> {
    let version = undecided.waiting.directory_version;
    replay_by(db, directories, version, |directory| {
        undecided.is_answer_of(directory, order)
    })
    .await
}

async fn replay_by(
    db: &Db,
    directories: &Directories,
    version: i64,
    is_same: impl FnOnce(&Directory) -> bool,
) -> Result<Replayed, DbError> {
    let mut conn = db.pool().acquire().await?;
    Ok(match directories.version(&mut conn, version).await? {
        None => Replayed::VersionMissing,
        Some(directory) if is_same(&directory) => Replayed::Same,
        Some(_) => Replayed::Differs,
    })
}
