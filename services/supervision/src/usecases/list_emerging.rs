//! Alerts of emerging matters, and the orders of each.
use crate::domain::figures::{Names, ScoresPolicy};
pub use crate::store::emerging::AlertRow;
use crate::store::{self, search};
use crate::usecases::search_orders::{Found, Position};
use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// Alerts, the newest first, after a position.
///
/// # Errors
/// When the database fails.
pub async fn alerts(
    db: &Db,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u32,
) -> Result<Vec<AlertRow>, DbError> {
    store::emerging::list(db.pool(), after, i64::from(limit)).await
}

/// Orders of an alert from its first hour to the end of its last, the newest first, assigned or not: those that were
/// counted. `None`: no such alert.
///
/// # Errors
/// When the database fails.
pub async fn orders(
    db: &Db,
    (names, policy): (&Names, &ScoresPolicy),
    alert_id: Uuid,
    after: Option<Position>,
    limit: u32,
) -> Result<Option<Vec<Found>>, DbError> {
    let Some(alert) = store::emerging::get(db.pool(), alert_id).await? else {
        return Ok(None);
    };
    let area = Some(&alert.area).filter(|area| !area.is_empty());
    let divisions = area.map(|area| names.divisions_of(area, &policy.area_levels));
    let span = (alert.first_hour, alert.last_hour + TimeDelta::hours(1));
    let found = search::of_matter(
        db.pool(),
        &alert.matter,
        divisions.as_deref(),
        span,
        after,
        i64::from(limit),
    );
    found.await.map(Some)
}
