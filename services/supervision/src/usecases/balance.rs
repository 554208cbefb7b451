//! The balance of a span against what supervision heard: terms, and what does not add up.
use crate::domain::figures::Span;
use crate::store;
pub use crate::store::balance::{DifferenceRow, Position, TermsRow};
use chrono::{DateTime, Utc};
use db::{Db, DbError};

/// The terms at a moment.
///
/// # Errors
/// When the database fails.
pub async fn terms(db: &Db, span: Span, as_of: DateTime<Utc>) -> Result<TermsRow, DbError> {
    store::balance::terms(db.pool(), span, as_of).await
}

/// What does not add up, after a position.
///
/// # Errors
/// When the database fails.
pub async fn differences(
    db: &Db,
    span: Span,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<DifferenceRow>, DbError> {
    store::balance::differences(db.pool(), span, after, i64::from(limit)).await
}
