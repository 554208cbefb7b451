//! The balance of a span against what supervision heard: terms, and what does not add up.
use crate::domain::figures::Span;
use crate::store;
use crate::store::balance::TooLong;
pub use crate::store::balance::{DifferenceRow, Position, TermsRow};
use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, DbError};

/// What one service has told, and the next has not taken up after that, is a difference: relays and consumers take seconds.
const HANDING_OVER: TimeDelta = TimeDelta::minutes(10);

/// The same of an order that its unit has not got: many fetch theirs, and none at night.
const FETCHING: TimeDelta = TimeDelta::hours(24);

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
    let now = db.clock().now();
    let too_long = TooLong {
        service: now - HANDING_OVER,
        unit: now - FETCHING,
    };
    store::balance::differences(db.pool(), span, after, i64::from(limit), too_long).await
}
