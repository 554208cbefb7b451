//! Orders whose classification was changed after dispatch: whoever gains time by it is seen.
use crate::domain::figures::Span;
pub use crate::store::reclassified::ReclassifiedRow;
use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list.
pub type Position = (DateTime<Utc>, Uuid);

/// At most `limit` after a position.
///
/// # Errors
/// When the database fails.
pub async fn list_reclassified(
    db: &Db,
    span: Span,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<ReclassifiedRow>, DbError> {
    crate::store::reclassified::list(db.pool(), (span.from, span.to), after, i64::from(limit)).await
}

/// How much later the reply is due than before; `None` while no later assignment followed, when the clock runs on.
#[must_use]
pub fn gained(row: &ReclassifiedRow) -> Option<TimeDelta> {
    row.due_after
        .zip(row.due_before)
        .map(|(after, before)| after - before)
}
