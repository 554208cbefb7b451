//! What people look at in the directory.
use super::directories::Directories;
use crate::domain::directory::Directory;
use crate::store;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use std::sync::Arc;

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
        })
        .collect())
}

/// The version that decides.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &Db, directories: &Directories) -> Result<Option<Arc<Directory>>, DbError> {
    directories.current(&mut *db.pool().acquire().await?).await
}
