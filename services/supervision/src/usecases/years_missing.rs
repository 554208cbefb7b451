//! Years whose days off are not here although clocks run into them soon. Their due times leave out weekends only, say so, and
//! move when the list is published.
use crate::usecases::CalendarShelf;
use chrono::TimeDelta;
use db::{Db, DbError};
use std::collections::BTreeMap;

/// How long before a year begins its list is missed: it is published in November of the year before.
const AHEAD: TimeDelta = TimeDelta::days(60);

/// Each such year with the codes of the calendars that miss it; nothing before a directory was published.
///
/// # Errors
/// When the database fails.
pub async fn years_missing(db: &Db, shelf: &CalendarShelf) -> Result<BTreeMap<i32, Vec<String>>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let calendars = shelf.look(&mut conn).await?;
    Ok(calendars.years_missing(db.clock().now(), AHEAD))
}
