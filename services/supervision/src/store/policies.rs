//! Table `policies`. Append-only.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

/// One version of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyRow {
    /// Which document.
    pub name: String,
    /// 1, 2, 3, …
    pub version: i64,
    /// TOML.
    pub document: String,
    /// Why it was changed.
    pub note: Option<String>,
    /// Who put it.
    pub author: String,
    /// Since when it holds.
    pub at: DateTime<Utc>,
}

/// Number of the newest version; 0 = none.
///
/// # Errors
/// When the database fails.
pub async fn newest(conn: &mut Conn, name: &str) -> Result<i64, DbError> {
    let version = sqlx::query_scalar!(
        r#"select coalesce(max(version), 0) as "version!" from policies where name = $1"#,
        name
    )
    .fetch_one(conn)
    .await?;
    Ok(version)
}

/// One version.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, name: &str, version: i64) -> Result<Option<PolicyRow>, DbError> {
    let row = sqlx::query_as!(
        PolicyRow,
        "select name, version, document, note, author, at from policies where name = $1 and version = $2",
        name,
        version
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Keeps writers of one document apart until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, name: &str) -> Result<(), DbError> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('policies ' || $1, 0))",
        name
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a version.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &PolicyRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into policies (name, version, document, note, author, at) values ($1, $2, $3, $4, $5, $6)",
        row.name,
        row.version,
        row.document,
        row.note,
        row.author,
        row.at
    )
    .execute(conn)
    .await?;
    Ok(())
}
