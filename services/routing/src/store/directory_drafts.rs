//! Tables `directory_drafts` and `directory_draft_edits`.
use super::{json, read};
use crate::domain::draft::{DraftState, Edit};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A draft without its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DraftRow {
    /// Its name.
    pub draft_id: Uuid,
    /// The version it changes; 0 = there was none.
    pub based_on: i64,
    /// True when it began with a pack of its own.
    pub is_import: bool,
    /// Where it stands.
    pub state: DraftState,
    /// How many edits it has had.
    pub revision: i32,
    /// What it is for.
    pub note: String,
    /// `agent:<subject>`
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was edited, published or discarded.
    pub changed_at: DateTime<Utc>,
    /// What it became.
    pub published_version: Option<i64>,
    /// Everyone who wrote some of it, by name.
    pub drafted_by: Vec<String>,
}

/// A new draft.
#[derive(Clone, Debug)]
pub struct NewDraft<'a> {
    /// Its name.
    pub draft_id: Uuid,
    /// The version it changes; 0 = there is none.
    pub based_on: i64,
    /// An imported pack and its hash.
    pub content: Option<(&'a [u8], &'a str)>,
    /// What it is for.
    pub note: &'a str,
    /// `agent:<subject>`
    pub by: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Key and fingerprint of the request.
    pub attempt: Option<(&'a str, &'a [u8])>,
}

struct Row {
    draft_id: Uuid,
    based_on: i64,
    is_import: bool,
    state: String,
    revision: i32,
    note: String,
    created_by: String,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
    published_version: Option<i64>,
    drafted_by: Vec<String>,
}

impl Row {
    fn draft(self) -> Result<DraftRow, DbError> {
        let state = DraftState::parse(&self.state)
            .ok_or_else(|| DbError::inconsistent("directory_drafts", "state", &self.draft_id, &self.state))?;
        Ok(DraftRow {
            draft_id: self.draft_id,
            based_on: self.based_on,
            is_import: self.is_import,
            state,
            revision: self.revision,
            note: self.note,
            created_by: self.created_by,
            created_at: self.created_at,
            changed_at: self.changed_at,
            published_version: self.published_version,
            drafted_by: self.drafted_by,
        })
    }
}

/// Adds a draft.
pub async fn insert(conn: &mut Conn, draft: &NewDraft<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into directory_drafts (draft_id, based_on, content, content_hash, state, revision, note, created_by,
             created_at, changed_at, idempotency_key, request_hash)
         values ($1, $2, $3, $4, 'open', 0, $5, $6, $7, $7, $8, $9)",
        draft.draft_id,
        draft.based_on,
        draft.content.map(|content| content.0),
        draft.content.map(|content| content.1),
        draft.note,
        draft.by,
        draft.at,
        draft.attempt.map(|attempt| attempt.0),
        draft.attempt.map(|attempt| attempt.1)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One draft.
pub async fn get(conn: &mut Conn, id: Uuid) -> Result<Option<DraftRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select draft_id, based_on, content is not null as "is_import!", state, revision, note, created_by,
               created_at, changed_at, published_version,
               draft_writers(draft_id, created_by) as "drafted_by!"
           from directory_drafts d where draft_id = $1"#,
        id
    );
    row.fetch_optional(conn).await?.map(Row::draft).transpose()
}

/// One draft, locked until the transaction ends.
pub async fn get_for_update(conn: &mut Conn, id: Uuid) -> Result<Option<DraftRow>, DbError> {
    sqlx::query!(
        "select draft_id from directory_drafts where draft_id = $1 for update",
        id
    )
    .fetch_optional(&mut *conn)
    .await?;
    get(conn, id).await
}

/// Drafts made before this one, newest first.
pub async fn list(conn: &mut Conn, before: Option<Uuid>, limit: i64) -> Result<Vec<DraftRow>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select draft_id, based_on, content is not null as "is_import!", state, revision, note, created_by,
               created_at, changed_at, published_version,
               draft_writers(draft_id, created_by) as "drafted_by!"
           from directory_drafts d where $1::uuid is null or draft_id < $1 order by draft_id desc limit $2"#,
        before,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::draft).collect()
}

/// The draft that a request with this key made, and the request's fingerprint.
pub async fn by_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<(Uuid, Vec<u8>)>, DbError> {
    let row = sqlx::query!(
        r#"select draft_id, request_hash as "request_hash!" from directory_drafts
           where created_by = $1 and idempotency_key = $2"#,
        by,
        key
    );
    Ok(row
        .fetch_optional(conn)
        .await?
        .map(|row| (row.draft_id, row.request_hash)))
}

/// An open draft of the same content that nobody has edited.
pub async fn same_import(conn: &mut Conn, hash: &str, based_on: i64) -> Result<Option<Uuid>, DbError> {
    let row = sqlx::query_scalar!(
        "select draft_id from directory_drafts
         where content_hash = $1 and based_on = $2 and state = 'open' and revision = 0 order by draft_id limit 1",
        hash,
        based_on
    );
    Ok(row.fetch_optional(conn).await?)
}

/// The imported content; `None` when it has none of its own.
pub async fn content(conn: &mut Conn, id: Uuid) -> Result<Option<Vec<u8>>, DbError> {
    let row = sqlx::query_scalar!("select content from directory_drafts where draft_id = $1", id);
    Ok(row.fetch_optional(conn).await?.flatten())
}

/// Its edits behind one revision and up to another, in the order in which they were made, each with its own.
pub async fn edits(conn: &mut Conn, id: Uuid, after: i32, to: i32) -> Result<Vec<(i32, Edit)>, DbError> {
    let rows = sqlx::query!(
        r#"select revision, edit as "edit!: serde_json::Value" from directory_draft_edits
           where draft_id = $1 and revision > $2 and revision <= $3 order by revision"#,
        id,
        after,
        to
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.revision,
                read(row.edit, "directory_draft_edits", "edit", &id)?,
            ))
        })
        .collect()
}

/// Adds an edit and makes it the newest.
pub async fn append(
    conn: &mut Conn,
    id: Uuid,
    revision: i32,
    edit: &Edit,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into directory_draft_edits (draft_id, revision, edit, edited_by, edited_at)
         values ($1, $2, $3::text::json, $4, $5)",
        id,
        revision,
        json(edit),
        by,
        at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update directory_drafts set revision = $2, changed_at = $3 where draft_id = $1",
        id,
        revision,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The draft has ended, or stands on another version.
pub async fn update(
    conn: &mut Conn,
    id: Uuid,
    (state, based_on): (DraftState, i64),
    published: Option<i64>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update directory_drafts set state = $2, based_on = $3, published_version = $4, changed_at = $5
         where draft_id = $1",
        id,
        state.as_str(),
        based_on,
        published,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
