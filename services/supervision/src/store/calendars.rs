//! Table `calendars`: as published, by directory version.
use contracts::calendar::CalendarV1;
use db::{Conn, DbError};
use sqlx::types::Json;

/// Keeps the calendars of a version; a version that is here already stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, version: i64, calendars: &[CalendarV1]) -> Result<(), DbError> {
    let codes: Vec<String> = calendars.iter().map(|calendar| calendar.code.clone()).collect();
    let bodies: Vec<Json<&CalendarV1>> = calendars.iter().map(Json).collect();
    sqlx::query!(
        "insert into calendars (directory_version, code, calendar)
         select $1, code, calendar from unnest($2::text[], $3::jsonb[]) as t(code, calendar)
         on conflict (directory_version, code) do nothing",
        version,
        &codes,
        &bodies as &[Json<&CalendarV1>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The calendars of all versions but those known.
///
/// # Errors
/// When the database fails.
pub async fn load_others(conn: &mut Conn, known: &[i64]) -> Result<Vec<(i64, CalendarV1)>, DbError> {
    let rows = sqlx::query!(
        r#"select directory_version, calendar as "calendar: Json<CalendarV1>" from calendars
           where directory_version <> all($1) order by directory_version, code"#,
        known
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.directory_version, row.calendar.0))
        .collect())
}
