//! Table `directory_versions`.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A version without its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionRow {
    /// 1, 2, 3, …
    pub version: i64,
    /// SHA-256 of the content, hexadecimal.
    pub content_hash: String,
    /// SHA-256 of the pack it came from, without the rulings that outlive it; `None` = it did not come as a pack.
    pub pack_hash: Option<String>,
    /// When.
    pub published_at: DateTime<Utc>,
    /// By whom.
    pub published_by: String,
    /// What changed.
    pub note: String,
    /// The draft it was; `None` = a pack published as it came.
    pub draft_id: Option<Uuid>,
    /// Everyone who wrote some of the draft.
    pub drafted_by: Vec<String>,
    /// Why it was published although lint found errors.
    pub override_reason: Option<String>,
}

/// The newest version's number.
pub async fn newest(conn: &mut Conn) -> Result<Option<i64>, DbError> {
    Ok(sqlx::query_scalar!("select max(version) from directory_versions")
        .fetch_one(conn)
        .await?)
}

/// The content of a version.
pub async fn snapshot(conn: &mut Conn, version: i64) -> Result<Option<Vec<u8>>, DbError> {
    let row = sqlx::query_scalar!(
        "select snapshot from directory_versions where version = $1",
        version
    );
    Ok(row.fetch_optional(conn).await?)
}

/// Keeps other publishers out until the transaction ends; readers are not held up.
pub async fn lock(conn: &mut Conn) -> Result<(), DbError> {
    sqlx::query!("lock table directory_versions in share row exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}

/// The newest version without its content.
pub async fn newest_row(conn: &mut Conn) -> Result<Option<VersionRow>, DbError> {
    Ok(list(conn, None, 1).await?.pop())
}

/// Versions below `before`, newest first.
pub async fn list(conn: &mut Conn, before: Option<i64>, limit: i64) -> Result<Vec<VersionRow>, DbError> {
    let rows = sqlx::query_as!(
        VersionRow,
        "select version, content_hash, pack_hash, published_at, published_by, note, draft_id, drafted_by, override_reason
         from directory_versions where $1::bigint is null or version < $1 order by version desc limit $2",
        before,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Adds a version.
pub async fn insert(conn: &mut Conn, row: &VersionRow, snapshot: &[u8]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into directory_versions (version, content_hash, snapshot, published_at, published_by, note,
             draft_id, drafted_by, override_reason, pack_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.version,
        row.content_hash,
        snapshot,
        row.published_at,
        row.published_by,
        row.note,
        row.draft_id,
        &row.drafted_by,
        row.override_reason,
        row.pack_hash
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The version that was the newest at a moment; `None` = none was published yet.
pub async fn in_force(conn: &mut Conn, at: DateTime<Utc>) -> Result<Option<i64>, DbError> {
    Ok(sqlx::query_scalar!(
        "select max(version) from directory_versions where published_at <= $1",
        at
    )
    .fetch_one(conn)
    .await?)
}

/// Hash of the pack that this program published last.
pub async fn last_pack_by(conn: &mut Conn, by: &str) -> Result<Option<String>, DbError> {
    let row = sqlx::query_scalar!(
        "select pack_hash from directory_versions where published_by = $1 order by version desc limit 1",
        by
    );
    Ok(row.fetch_optional(conn).await?.flatten())
}
