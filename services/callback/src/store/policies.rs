//! Table `policy_versions`: immutable.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

/// A published policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyVersion {
    /// 1, 2, 3, …
    pub version: i64,
    /// TOML as it was given.
    pub document: String,
    /// `agent:<subject>`.
    pub author: String,
    /// From when it holds.
    pub published_at: DateTime<Utc>,
}

/// One publication at a time.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn) -> Result<(), DbError> {
    sqlx::query!("lock table policy_versions in exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}

/// The version that holds; `None` = none was ever published.
///
/// # Errors
/// When the database fails.
pub async fn newest_version(conn: &mut Conn) -> Result<Option<i64>, DbError> {
    let newest = sqlx::query_scalar!("select max(version) from policy_versions")
        .fetch_one(conn)
        .await?;
    Ok(newest)
}

/// One version.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn, version: i64) -> Result<Option<PolicyVersion>, DbError> {
    let row = sqlx::query_as!(
        PolicyVersion,
        "select version, document, author, published_at from policy_versions where version = $1",
        version
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// The next version.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, version: &PolicyVersion) -> Result<(), DbError> {
    sqlx::query!(
        "insert into policy_versions (version, document, author, published_at) values ($1, $2, $3, $4)",
        version.version,
        version.document,
        version.author,
        version.published_at
    )
    .execute(conn)
    .await?;
    Ok(())
}
