//! Exclusions 剔除 by time: requested, granted and denied ones; and those that the desk must review.
use crate::domain::figures::ScoresPolicy;
use crate::store::exclusions;
pub use crate::store::exclusions::{ExclusionRow, Filter};
use crate::usecases::PolicyShelf;
use crate::usecases::desk::{ASKED_MAX, Waiting};
use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Position in the list.
pub type Position = (DateTime<Utc>, Uuid);

/// At most `limit` after a position.
///
/// # Errors
/// When the database fails.
pub async fn list_exclusions(
    db: &Db,
    filter: &Filter,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<ExclusionRow>, DbError> {
    exclusions::list(db.pool(), filter, after, i64::from(limit)).await
}

/// What the desk must review.
///
/// # Errors
/// When the database fails.
pub async fn on_desk(db: &Db, policies: &PolicyShelf) -> Result<Waiting<ExclusionRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let scores = policies.look::<ScoresPolicy>(&mut conn).await?;
    drop(conn);
    let long = TimeDelta::hours(i64::from(scores.exclusions.review_hours));
    let (waiting, late) = exclusions::count_waiting(db.pool(), db.clock().now() - long).await?;
    let filter = Filter {
        state: Some("requested".to_owned()),
        ..Filter::default()
    };
    let requests = exclusions::list(db.pool(), &filter, None, ASKED_MAX).await?;
    Ok(Waiting {
        waiting,
        late,
        requests,
    })
}
