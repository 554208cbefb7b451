//! What people look at in orders: assignments, decisions, the queue, returns.
use crate::domain::assignment::Assignment;
use crate::domain::manual::{QueueItem, QueuePlace};
use crate::domain::order::Order;
use crate::domain::returns::{Return, ReturnPlace, ReturnState};
use crate::domain::undecided::UndecidedDecision;
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

/// Decisions about an order that named nobody, with their numbers, newest first.
///
/// # Errors
/// When the database fails.
pub async fn undecided(
    db: &Db,
    order_id: OrderId,
    limit: i64,
) -> Result<Vec<(i64, UndecidedDecision)>, DbError> {
    let mut conn = db.pool().acquire().await?;
    store::undecided_decisions::of_order(&mut conn, order_id.uuid(), limit).await
}
