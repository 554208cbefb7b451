//! Figures: what waits to be pushed, and since when.
use crate::store::delivery_reads::{self, Backlog};
use db::{Db, DbError};

/// Rows counted at most; beyond it the figure only says "very many".
const COUNT_MAX: i64 = 20_000;

/// The backlog of each way that is pushed.
///
/// # Errors
/// When the database fails.
pub async fn measure_backlog(db: &Db) -> Result<Vec<Backlog>, DbError> {
    delivery_reads::backlog(db.pool(), COUNT_MAX).await
}
