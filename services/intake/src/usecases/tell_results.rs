//! Results of complaints that have a reply address: which are to be told now, what of them, and what came of a try.
use super::get_progress::get_progress;
use crate::domain::progress::{Progress, Stage};
use crate::store::results;
use chrono::TimeDelta;
use db::{Db, DbError};

pub use crate::store::results::Due;

/// Takes results that are due, each with how its complaint stands. Those of which something is open go back to sleep: they were
/// woken by the end of another order.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &Db, lease: TimeDelta, limit: i64) -> Result<Vec<(Due, Progress)>, DbError> {
    let now = db.clock().now();
    let mut conn = db.pool().acquire().await?;
    let claimed = results::claim(&mut conn, now, now + lease, limit).await?;
    let mut ready = Vec::with_capacity(claimed.len());
    for due in claimed {
        // Read after the claim: what ends from now on wakes it again.
        match get_progress(db, &due.complaint_number).await? {
            Some(progress) if progress.stage() != Stage::Open => ready.push((due, progress)),
            _ => results::sleep(&mut conn, &due).await?,
        }
    }
    Ok(ready)
}

/// Writes down what came of a try: nothing, or why it failed and how long to wait.
///
/// # Errors
/// When the database fails.
pub async fn record(db: &Db, due: &Due, failed: Option<(&str, TimeDelta)>) -> Result<(), DbError> {
    let (mut conn, now) = (db.pool().acquire().await?, db.clock().now());
    match failed {
        None => results::told(&mut conn, due, now).await,
        Some((error, wait)) => results::failed(&mut conn, due, error, now + wait).await,
    }
}
