//! Figures: what waits to be pushed, since when, and who is not reached.
use crate::store::delivery_reads::{self, Backlog};
use crate::store::failing;
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

/// How many units are not reached, per way: (way, units).
///
/// # Errors
/// When the database fails.
pub async fn measure_failing(db: &Db) -> Result<Vec<(String, i64)>, DbError> {
    failing::count(db.pool()).await
}
