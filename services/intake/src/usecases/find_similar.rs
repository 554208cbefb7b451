//! Looks for open orders that may be about what is being typed.
use super::keep_directory::Known;
use crate::domain::similar::{Similar, Typed, rank, words};
use crate::store::open_orders;
use chrono::TimeDelta;
use db::{Db, DbError};

/// The orders that may be about the same, accepted within so many days, the likeliest first.
///
/// # Errors
/// When the database fails.
pub async fn find_similar(
    db: &Db,
    directory: &Known,
    typed: &Typed,
    window_days: i64,
    limit: usize,
) -> Result<Vec<Similar>, DbError> {
    let place = &typed.place;
    let said = words(&format!(
        "{} {}",
        place.address.as_deref().unwrap_or_default(),
        typed.title
    ));
    let found = open_orders::candidates(
        &mut *db.pool().acquire().await?,
        typed.at - TimeDelta::days(window_days),
        place.longitude.zip(place.latitude),
        (place.division.as_deref(), typed.matter.as_deref()),
        &said,
    )
    .await?;
    Ok(rank(typed, found, directory.get().as_deref(), window_days, limit))
}
