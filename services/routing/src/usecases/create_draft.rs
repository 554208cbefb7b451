//! A draft begins: with a pack, or as the newest version to be edited.
use super::drafts::{Draft, Import};
use crate::store;
use crate::store::directory_drafts::NewDraft;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
pub struct CreateDraft;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// The draft's name.
    pub draft_id: Uuid,
    /// A pack; `None` = the newest version, to be edited.
    pub import: Option<Import>,
    /// What it is for.
    pub note: String,
    /// `agent:<subject>`
    pub by: String,
    /// Key and fingerprint of the request, when it may be repeated.
    pub attempt: Option<(String, Vec<u8>)>,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Created {
    /// A new draft.
    New(Draft),
    /// The draft that this request, or the same pack, made before.
    Known(Draft),
    /// The pack is the version that decides: there is nothing to draft.
    Unchanged(i64),
}

/// Why there is no draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum CreateRefused {
    /// There is no version to begin with.
    #[error("no directory has been published yet")]
    NoDirectory,
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
}

impl Work for CreateDraft {
    const NAME: &'static str = "create_draft";
    type Command = Command;
    type Output = Created;
    type Refusal = CreateRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        // Two requests with one key, or one pack, follow each other.
        store::directory_versions::lock(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(create(conn, now, &asked.command).await?);
        }
        Ok(results)
    }
}

async fn create(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &Command,
) -> Result<Result<Created, CreateRefused>, DbError> {
    if let Some((key, hash)) = &command.attempt
        && let Some((id, first)) = store::directory_drafts::by_key(conn, &command.by, key).await?
    {
        return Ok(if first == *hash {
            Ok(Created::Known(known(conn, id).await?))
        } else {
            Err(CreateRefused::KeyReused)
        });
    }
    let newest = store::directory_versions::newest_row(conn).await?;
    let based_on = newest.as_ref().map_or(0, |row| row.version);
    match (&command.import, &newest) {
        (None, None) => return Ok(Err(CreateRefused::NoDirectory)),
        (Some(import), Some(row)) if import.hash() == row.content_hash => {
            return Ok(Ok(Created::Unchanged(row.version)));
        }
        (Some(import), _) => {
            if let Some(id) = store::directory_drafts::same_import(conn, import.hash(), based_on).await? {
                return Ok(Ok(Created::Known(known(conn, id).await?)));
            }
        }
        (None, Some(_)) => {}
    }
    let draft = NewDraft {
        draft_id: command.draft_id,
        based_on,
        content: command
            .import
            .as_ref()
            .map(|import| (import.bytes(), import.hash())),
        note: &command.note,
        by: &command.by,
        at: now,
        attempt: command
            .attempt
            .as_ref()
            .map(|(key, hash)| (key.as_str(), hash.as_slice())),
    };
    store::directory_drafts::insert(conn, &draft).await?;
    Ok(Ok(Created::New(known(conn, command.draft_id).await?)))
}

async fn known(conn: &mut Conn, id: Uuid) -> Result<Draft, DbError> {
    let row = store::directory_drafts::get(conn, id).await?;
    row.map(Draft::from)
        .ok_or_else(|| DbError::inconsistent("directory_drafts", "draft_id", &id, &"is not there"))
}
