//! Table `apps`.
use crate::domain::app::App;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

/// Writes what is known of an app; its key stays.
///
/// # Errors
/// When the database fails.
pub async fn put(conn: &mut Conn, app: &App, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into apps (code, name, contact, active, posts_per_hour_max, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (code) do update set name = excluded.name, contact = excluded.contact, active = excluded.active,
             posts_per_hour_max = excluded.posts_per_hour_max, changed_by = excluded.changed_by,
             changed_at = excluded.changed_at",
        app.code,
        app.name,
        app.contact,
        app.active,
        app.posts_per_hour_max,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All apps, by code.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn) -> Result<Vec<App>, DbError> {
    Ok(sqlx::query_as!(
        App,
        "select code, name, contact, active, posts_per_hour_max from apps order by code"
    )
    .fetch_all(conn)
    .await?)
}

/// The only key of an app from now on; false for an unknown app.
///
/// # Errors
/// When the database fails.
pub async fn set_key(
    conn: &mut Conn,
    code: &str,
    key_hash: &[u8],
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let written = sqlx::query!(
        "update apps set key_hash = $2, changed_by = $3, changed_at = $4 where code = $1",
        code,
        key_hash,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() > 0)
}

/// The active app with this key.
///
/// # Errors
/// When the database fails.
pub async fn of_key(conn: &mut Conn, key_hash: &[u8]) -> Result<Option<String>, DbError> {
    Ok(
        sqlx::query_scalar!("select code from apps where key_hash = $1 and active", key_hash)
            .fetch_optional(conn)
            .await?,
    )
}

/// Counts one post of an app in an hour, over all replicas; false when it has had all of them.
///
/// # Errors
/// When the database fails.
pub async fn count_post(conn: &mut Conn, code: &str, hour: DateTime<Utc>) -> Result<bool, DbError> {
    let counted = sqlx::query!(
        "update apps set posts = case when hour = $2 then posts + 1 else 1 end, hour = $2
         where code = $1 and (hour <> $2 or posts < posts_per_hour_max)",
        code,
        hour
    )
    .execute(conn)
    .await?;
    Ok(counted.rows_affected() > 0)
}
