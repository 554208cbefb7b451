//! Tables `directory_copy` and `directory_entries`: what there is, as routing published it last.
use crate::domain::directory::{Directory, Entry};
use chrono::{DateTime, Utc};
use contracts::calendar::CalendarV1;
use contracts::directory_content::{DirectoryContentV1, EntryV1};
use db::{Conn, DbError};
use std::collections::HashMap;
use worktime::Calendar;

const DIVISION: &str = "division";
const MATTER: &str = "matter";

/// The version that is here.
pub async fn version(conn: &mut Conn) -> Result<Option<i64>, DbError> {
    Ok(sqlx::query_scalar!("select version from directory_copy")
        .fetch_optional(conn)
        .await?)
}

/// Puts a newer version in the place of the one before; false when this one or a newer one is here already.
pub async fn replace(
    conn: &mut Conn,
    content: &DirectoryContentV1,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let written = sqlx::query!(
        "insert into directory_copy as c (version, published_at, taken_at) values ($1, $2, $3)
         on conflict (one) do update set version = $1, published_at = $2, taken_at = $3 where c.version < $1",
        content.version,
        content.published_at,
        now
    )
    .execute(&mut *conn)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from directory_entries")
        .execute(&mut *conn)
        .await?;
    for (kind, entries) in [(DIVISION, &content.divisions), (MATTER, &content.matters)] {
        insert(conn, kind, entries).await?;
    }
    calendars(conn, &content.calendars).await?;
    Ok(true)
}

async fn calendars(conn: &mut Conn, calendars: &[CalendarV1]) -> Result<(), DbError> {
    sqlx::query!("delete from directory_calendars")
        .execute(&mut *conn)
        .await?;
    let codes: Vec<&str> = calendars.iter().map(|calendar| calendar.code.as_str()).collect();
    let whole: Vec<_> = calendars
        .iter()
        .map(|calendar| serde_json::json!(calendar))
        .collect();
    sqlx::query!(
        "insert into directory_calendars (code, calendar) select * from unnest($1::text[], $2::jsonb[])",
        &codes as &[&str],
        &whole
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert(conn: &mut Conn, kind: &str, entries: &[EntryV1]) -> Result<(), DbError> {
    let codes: Vec<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let parents: Vec<Option<&str>> = entries.iter().map(|entry| entry.parent.as_deref()).collect();
    sqlx::query!(
        "insert into directory_entries (kind, code, name, parent)
         select $1, * from unnest($2::text[], $3::text[], $4::text[])",
        kind,
        &codes as &[&str],
        &names as &[&str],
        &parents as &[Option<&str>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is here; `None` as long as nothing was published.
pub async fn load(conn: &mut Conn) -> Result<Option<Directory>, DbError> {
    let rows = sqlx::query!(
        "select c.version, e.kind, e.code, e.name, e.parent from directory_copy c cross join directory_entries e"
    )
    .fetch_all(&mut *conn)
    .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let version = first.version;
    let (mut divisions, mut matters) = (HashMap::new(), HashMap::new());
    for row in rows {
        let entry = Entry {
            name: row.name,
            parent: row.parent,
        };
        let table = if row.kind == MATTER {
            &mut matters
        } else {
            &mut divisions
        };
        table.insert(row.code, entry);
    }
    let mut calendars = HashMap::new();
    for row in sqlx::query!("select code, calendar from directory_calendars")
        .fetch_all(conn)
        .await?
    {
        let calendar = serde_json::from_value::<CalendarV1>(row.calendar).map_err(|problem| {
            DbError::inconsistent("directory_calendars", "calendar", &row.code, &problem)
        })?;
        let calendar = Calendar::try_from(&calendar).map_err(|problem| {
            DbError::inconsistent("directory_calendars", "calendar", &row.code, &problem)
        })?;
        calendars.insert(row.code, calendar);
    }
    Ok(Some(Directory {
        version,
        divisions,
        matters,
        calendars,
    }))
}
