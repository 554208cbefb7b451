//! What waits for a second look, and what a unit sees of the answers about its work.
use crate::store::{appeals, judgements};
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

pub use crate::store::appeals::{Appeal, UnitAnswer};
pub use crate::store::judgements::Judgement;

/// Position in a list: time and id of the last entry seen.
pub type Position = (DateTime<Utc>, Uuid);

/// At most `limit` appeals of a state, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn appeals(
    db: &Db,
    state: &str,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Appeal>, DbError> {
    appeals::list(db.pool(), state, after, i64::from(limit)).await
}

/// At most `limit` judgements of a state, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn judgements(
    db: &Db,
    state: &str,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Judgement>, DbError> {
    judgements::list(db.pool(), state, after, i64::from(limit)).await
}

/// At most `limit` answers about a unit's work, newest first.
///
/// # Errors
/// When the database fails.
pub async fn answers_of_unit(
    db: &Db,
    unit: &str,
    before: Option<Position>,
    limit: u32,
) -> Result<Vec<UnitAnswer>, DbError> {
    appeals::of_unit(db.pool(), unit, before, i64::from(limit)).await
}
