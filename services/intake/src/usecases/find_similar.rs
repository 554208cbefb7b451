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
    // The title says it in few words; who has typed only the text is looked for by that.
    let about = if typed.title.trim().is_empty() {
        &typed.text
    } else {
        &typed.title
    };
    let said = words(&format!(
        "{} {about}",
        place.address.as_deref().unwrap_or_default()
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
