//! What people look at in the directory.
use super::directories::Directories;
use crate::domain::directory::Directory;
use crate::store;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use std::sync::Arc;
use uuid::Uuid;

/// A published version without its content.
#[derive(Clone, Debug)]
pub struct Version {
    /// 1, 2, 3, …
    pub version: i64,
    /// SHA-256 of the content, hexadecimal.
    pub content_hash: String,
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

/// Versions below `before`, newest first.
///
/// # Errors
/// When the database fails.
pub async fn versions(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<Version>, DbError> {
    let rows = store::directory_versions::list(&mut *db.pool().acquire().await?, before, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| Version {
            version: row.version,
            content_hash: row.content_hash,
            published_at: row.published_at,
            published_by: row.published_by,
            note: row.note,
            draft_id: row.draft_id,
            drafted_by: row.drafted_by,
            override_reason: row.override_reason,
        })
        .collect())
}

/// The number of the version that decided at a moment; `None` = none was published yet.
///
/// # Errors
/// When the database fails.
pub async fn in_force(db: &Db, at: DateTime<Utc>) -> Result<Option<i64>, DbError> {
    store::directory_versions::in_force(&mut *db.pool().acquire().await?, at).await
}

/// The version that decides.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &Db, directories: &Directories) -> Result<Option<Arc<Directory>>, DbError> {
    directories.current(&mut *db.pool().acquire().await?).await
}
