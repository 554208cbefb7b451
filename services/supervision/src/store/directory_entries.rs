//! Tables `directory_versions_kept` and `directory_entries`: names, levels and parents of the newest directory version.
use chrono::{DateTime, Utc};
use contracts::directory_content::EntryV1;
use db::{Conn, DbError};
use sqlx::PgPool;

/// The version that is here.
///
/// # Errors
/// When the database fails.
pub async fn version(pool: &PgPool) -> Result<Option<i64>, DbError> {
    Ok(sqlx::query_scalar!("select version from directory_versions_kept")
        .fetch_optional(pool)
        .await?)
}

/// Notes a newer version; false when this one or a newer one is here already.
///
/// # Errors
/// When the database fails.
pub async fn raise(
    conn: &mut Conn,
    version: i64,
    published_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let written = sqlx::query!(
        "insert into directory_versions_kept as c (version, published_at, taken_at) values ($1, $2, $3)
         on conflict (one) do update set version = $1, published_at = $2, taken_at = $3 where c.version < $1",
        version,
        published_at,
        now
    )
    .execute(&mut *conn)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from directory_entries")
        .execute(conn)
        .await?;
    Ok(true)
}

/// Writes one list of a version.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, sort: &str, entries: &[EntryV1]) -> Result<(), DbError> {
    fn column<T>(entries: &[EntryV1], value: impl Fn(&EntryV1) -> T) -> Vec<T> {
        entries.iter().map(value).collect()
    }
    sqlx::query!(
        "insert into directory_entries (sort, code, name, level, parent, valid_from, valid_to)
         select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[])
         on conflict do nothing",
        sort,
        &column(entries, |e| e.code.clone()),
        &column(entries, |e| e.name.clone()),
        &column(entries, |e| e.level.clone()),
        &column(entries, |e| e.parent.clone()) as &[Option<String>],
        &column(entries, |e| e.from) as &[Option<chrono::NaiveDate>],
        &column(entries, |e| e.to) as &[Option<chrono::NaiveDate>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All entries: (list, entry).
///
/// # Errors
/// When the database fails.
pub async fn load(pool: &PgPool) -> Result<Vec<(String, EntryV1)>, DbError> {
    let rows = sqlx::query!(
        "select sort, code, name, level, parent, valid_from, valid_to from directory_entries order by sort, code"
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let entry = EntryV1 {
                code: row.code,
                name: row.name,
                level: row.level,
                parent: row.parent,
                from: row.valid_from,
                to: row.valid_to,
            };
            (row.sort, entry)
        })
        .collect())
}
