//! A draft becomes the directory version that decides: looked over by lint, published by somebody who did not write it.
use super::directories::Directories;
use super::draft_contents::DraftContents;
use super::publish_directory::{Alone, Content, PublishError, Published, insert};
use super::review_draft::{Blocking, blocking};
use crate::domain::draft::DraftState;
use crate::store;
use crate::store::directory_versions::VersionRow;
use chrono::{DateTime, NaiveDate, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::sync::Arc;
use thiserror::Error;
use uuid::Uuid;

/// The use case.
pub struct PublishDraft;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The draft.
    pub draft_id: Uuid,
    /// `agent:<subject>`
    pub by: String,
    /// What changed, for people; the draft's own note when it is empty.
    pub note: String,
    /// Why it may be published although lint finds new errors.
    pub override_reason: Option<String>,
    /// When those who wrote it may publish it.
    pub alone: Alone,
    /// The day as of which lint looks.
    pub on: NaiveDate,
}

/// A request with what the draft came to when it was looked over.
#[derive(Clone, Debug)]
pub struct Command {
    request: Request,
    based_on: i64,
    revision: i32,
    content: Arc<Content>,
}

/// Why a draft is not published.
#[derive(Debug, Error)]
pub enum PublishDraftRefused {
    /// There is no such draft.
    #[error("there is no such draft")]
    DraftUnknown,
    /// It has been published or discarded.
    #[error("the draft is {}", .0.as_str())]
    NotOpen(DraftState),
    /// Another version was published since it began.
    #[error("the draft is based on version {based_on}, and version {newest} decides now")]
    Outdated {
        /// The version it changes.
        based_on: i64,
        /// The version that decides.
        newest: i64,
    },
    /// It was edited or rebased while it was looked over.
    #[error("the draft was edited meanwhile")]
    Edited,
    /// The publisher wrote some of it.
    #[error("who drafted may not publish")]
    SecondPersonNeeded,
    /// Lint found errors that the version before does not have.
    #[error("lint found {} errors that the version before does not have", .0.count)]
    LintErrors(Blocking),
}

/// Why it did not come to that.
#[derive(Debug, Error)]
pub enum PublishDraftError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] PublishDraftRefused),
    /// The content is no directory.
    #[error(transparent)]
    Content(#[from] PublishError),
    /// The database failed; nothing was changed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Looks a draft over and publishes it.
///
/// # Errors
/// Why not; nothing was changed then.
pub async fn publish(
    db: &Db,
    (directories, contents): (&Directories, &DraftContents),
    request: Request,
) -> Result<Published, PublishDraftError> {
    let mut conn = db.pool().acquire().await.map_err(DbError::from)?;
    let draft = store::directory_drafts::get(&mut conn, request.draft_id).await?;
    let draft = draft.ok_or(PublishDraftRefused::DraftUnknown)?;
    if draft.state != DraftState::Open {
        return Err(PublishDraftRefused::NotOpen(draft.state).into());
    }
    let drafted = contents.of(&mut conn, &draft).await?;
    let base = directories.version(&mut conn, draft.based_on).await?;
    drop(conn);
    let on = request.on;
    let worked = tokio::task::spawn_blocking(move || {
        let content = Content::of(drafted.snapshot.clone())?;
        let errors = blocking(drafted.snapshot.clone(), base.as_deref(), on).map_err(PublishError::Build)?;
        Ok::<_, PublishError>((content, errors))
    });
    let (content, errors) = worked.await.map_err(|_| PublishError::Worker)??;
    if errors.count > 0 && request.override_reason.is_none() {
        return Err(PublishDraftRefused::LintErrors(errors).into());
    }
    let cause = Cause::asked_by(request.by.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        // A reason is kept only where one was needed.
        request: Request {
            override_reason: request.override_reason.filter(|_| errors.count > 0),
            ..request
        },
        based_on: draft.based_on,
        revision: draft.revision,
        content: Arc::new(content),
    };
    match db.execute(&PublishDraft, Asked { cause, command }).await {
        Ok(published) => {
            contents.forget(draft.draft_id);
            Ok(published)
        }
        Err(ExecuteError::Db(error)) => Err(error.into()),
        Err(ExecuteError::Refused(refused)) => Err(refused.into()),
    }
}

impl Work for PublishDraft {
    const NAME: &'static str = "publish_draft";
    type Command = Command;
    type Output = Published;
    type Refusal = PublishDraftRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        store::directory_versions::lock(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            results.push(one(conn, now, command, cause).await?);
        }
        Ok(results)
    }
}

async fn one(
    conn: &mut Conn,
    now: DateTime<Utc>,
    command: &Command,
    cause: &Cause,
) -> Result<Result<Published, PublishDraftRefused>, DbError> {
    let request = &command.request;
    let id = request.draft_id;
    let Some(draft) = store::directory_drafts::get_for_update(conn, id).await? else {
        return Ok(Err(PublishDraftRefused::DraftUnknown));
    };
    let newest = store::directory_versions::newest_row(conn).await?;
    let version = newest.as_ref().map_or(0, |row| row.version);
    let refused = if draft.state != DraftState::Open {
        Some(PublishDraftRefused::NotOpen(draft.state))
    } else if draft.based_on != version {
        Some(PublishDraftRefused::Outdated {
            based_on: draft.based_on,
            newest: version,
        })
    } else if (draft.based_on, draft.revision) != (command.based_on, command.revision) {
        Some(PublishDraftRefused::Edited)
    } else if draft.drafted_by.contains(&request.by) && !request.alone.allows(version) {
        Some(PublishDraftRefused::SecondPersonNeeded)
    } else {
        None
    };
    if let Some(refused) = refused {
        return Ok(Err(refused));
    }
    let unchanged = newest.is_some_and(|row| row.content_hash == command.content.hash());
    let version = if unchanged { version } else { version + 1 };
    if !unchanged {
        let note = if request.note.is_empty() {
            &draft.note
        } else {
            &request.note
        };
        let row = VersionRow {
            version,
            content_hash: command.content.hash().to_owned(),
            pack_hash: None,
            published_at: now,
            published_by: request.by.clone(),
            note: note.clone(),
            draft_id: Some(id),
            drafted_by: draft.drafted_by,
            override_reason: request.override_reason.clone(),
        };
        let fact = insert(conn, &row, &command.content, cause).await?;
        bus::outbox::append(conn, &[fact]).await?;
    }
    let to = (DraftState::Published, draft.based_on);
    store::directory_drafts::update(conn, id, to, Some(version), now).await?;
    Ok(Ok(Published { version, unchanged }))
}
