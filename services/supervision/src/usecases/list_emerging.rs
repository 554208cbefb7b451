//! Alerts of emerging matters, and the orders of each.
use crate::domain::figures::{Names, Span};
use crate::store;
pub use crate::store::emerging::AlertRow;
use crate::usecases::search_orders::{Found, Known, Position, search_orders};
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

/// Orders of an alert from its first hour to the end of its last, the newest first; `None`: no such alert.
///
/// # Errors
/// When the database fails.
pub async fn orders(
    db: &Db,
    names: &Names,
    alert_id: Uuid,
    after: Option<Position>,
    limit: u32,
) -> Result<Option<Vec<Found>>, DbError> {
    let Some(alert) = store::emerging::get(db.pool(), alert_id).await? else {
        return Ok(None);
    };
    let known = Known {
        matter: Some(alert.matter),
        division: Some(alert.area).filter(|area| !area.is_empty()),
        span: Some(Span {
            from: alert.first_hour,
            to: alert.last_hour + TimeDelta::hours(1),
        }),
        ..Known::default()
    };
    search_orders(db, names, &known, after, limit).await.map(Some)
}
