//! What drafts have in common: who they are for, and what they come to.
use super::publish_directory::Content;
use crate::domain::draft::DraftState;
use crate::domain::snapshot::Snapshot;
use crate::store;
use crate::store::directory_drafts::DraftRow;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::sync::Arc;
use uuid::Uuid;

/// A draft without its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Its name.
    pub draft_id: Uuid,
    /// The version it changes; 0 = there was none.
    pub based_on: i64,
    /// True when it began with a pack of its own, which replaces everything.
    pub is_import: bool,
    /// Where it stands.
    pub state: DraftState,
    /// How many edits it has had.
    pub revision: i32,
    /// What it is for.
    pub note: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was edited, published or discarded.
    pub changed_at: DateTime<Utc>,
    /// What it became.
    pub published_version: Option<i64>,
    /// Everyone who wrote some of it.
    pub drafted_by: Vec<String>,
}

impl From<DraftRow> for Draft {
    fn from(row: DraftRow) -> Self {
        Self {
            draft_id: row.draft_id,
            based_on: row.based_on,
            is_import: row.is_import,
            state: row.state,
            revision: row.revision,
            note: row.note,
            created_at: row.created_at,
            changed_at: row.changed_at,
            published_version: row.published_version,
            drafted_by: row.drafted_by,
        }
    }
}

/// The content of a published version.
///
/// # Errors
/// When the database fails, or the version is not there.
pub async fn snapshot_of(conn: &mut Conn, version: i64) -> Result<Snapshot, DbError> {
    let bytes = store::directory_versions::snapshot(conn, version).await?;
    let bytes = bytes
        .ok_or_else(|| DbError::inconsistent("directory_versions", "version", &version, &"is not there"))?;
    parse(bytes, "directory_versions", version.to_string()).await
}

/// Reading a large city's content is work for a thread of its own.
pub(super) async fn parse(bytes: Vec<u8>, table: &'static str, row: String) -> Result<Snapshot, DbError> {
    let parsed = tokio::task::spawn_blocking(move || serde_json::from_slice(&bytes));
    let bad = |problem: &dyn std::fmt::Display| DbError::inconsistent(table, "content", &row, problem);
    parsed
        .await
        .map_err(|error| bad(&error))?
        .map_err(|error| bad(&error))
}

/// A checked pack, for those who only carry it.
pub type Import = Arc<Content>;
