//! Supervision orders as people see them: listed, one with all its steps, counted by unit.
use crate::store::supervision_read;
pub use crate::store::supervision_read::{Filter, StepRow, SupervisionRow};
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Place in the list: when it began, and which.
pub type Position = (DateTime<Utc>, Uuid);

/// Those that fit, the oldest first, after a position.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    filter: &Filter,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<SupervisionRow>, DbError> {
    supervision_read::list(db.pool(), filter, after, i64::from(limit)).await
}

/// One with every step; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, supervision_id: Uuid) -> Result<Option<(SupervisionRow, Vec<StepRow>)>, DbError> {
    let filter = Filter {
        supervision_id: Some(supervision_id),
        ..Filter::default()
    };
    let found = supervision_read::list(db.pool(), &filter, None, 1).await?;
    let Some(row) = found.into_iter().next() else {
        return Ok(None);
    };
    let steps = supervision_read::steps(db.pool(), supervision_id).await?;
    Ok(Some((row, steps)))
}
