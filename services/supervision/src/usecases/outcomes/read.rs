//! What people look at.
use super::CoordinationOutcome;
use crate::store::outcomes as store;
pub use crate::store::outcomes::Filter;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// At most so many are shown on the desk; the number beside them counts all.
const DESK_MAX: i64 = 200;

/// Outcomes on the desk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OnDesk {
    /// Open ones.
    pub open: i64,
    /// Those with a part that should have been carried out by now.
    pub late: i64,
    /// Those with a part that is late, or due by the end of the day; the first to be due first.
    pub due: Vec<CoordinationOutcome>,
}

/// One outcome.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, outcome_id: Uuid) -> Result<Option<CoordinationOutcome>, DbError> {
    let mut conn = db.pool().acquire().await?;
    store::get(&mut conn, outcome_id).await
}

/// At most `limit` outcomes that fit, after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    filter: &Filter,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u32,
) -> Result<Vec<CoordinationOutcome>, DbError> {
    let mut conn = db.pool().acquire().await?;
    store::list(&mut conn, filter, after, i64::from(limit)).await
}

/// What the desk must look after; `day_end` = when the local day is over.
///
/// # Errors
/// When the database fails.
pub async fn on_desk(db: &Db, day_end: DateTime<Utc>) -> Result<OnDesk, DbError> {
    let mut conn = db.pool().acquire().await?;
    let (open, late) = store::count(&mut conn, db.clock().now()).await?;
    let due = store::due(&mut conn, day_end, DESK_MAX).await?;
    Ok(OnDesk { open, late, due })
}
