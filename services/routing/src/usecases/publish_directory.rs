//! A pack becomes the directory version that decides, as it comes. The same content as the newest version changes
//! nothing. One person alone may do it only where the rules allow; else a draft is the way.
//!
//! Rulings outlive packs: a pack that has no row of a ruling's code goes on with the ruling's duty; a row of that code, with
//! another unit or an end date, takes its place.
use crate::domain::directory::{BuildError, Directory};
use crate::domain::ruling;
use crate::domain::snapshot::{DutyRow, Snapshot};
use crate::pack::{self, Faults, Files};
use crate::store::directory_versions::VersionRow;
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::calendar::CalendarV1;
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::sync::Arc;
use thiserror::Error;

/// The use case.
pub struct PublishDirectory;

/// A checked version, ready to be stored.
#[derive(Debug)]
pub struct Content {
    bytes: Vec<u8>,
    hash: String,
    calendars: Vec<CalendarV1>,
}

impl Content {
    /// Encodes and tries out a snapshot.
    ///
    /// # Errors
    /// When its rows do not make a directory.
    pub fn of(snapshot: Snapshot) -> Result<Self, PublishError> {
        let (bytes, hash) = pack::encode(&snapshot)?;
        let calendars = snapshot.calendars.clone();
        // Built once before it is stored: a version that does not build would stop every decision.
        Directory::new(0, snapshot)?;
        Ok(Self {
            bytes,
            hash,
            calendars,
        })
    }

    /// The same with the duties of rulings that it has no row for.
    async fn with(self: &Arc<Self>, ruled: &[DutyRow]) -> Result<Arc<Self>, DbError> {
        if ruled.is_empty() {
            return Ok(Arc::clone(self));
        }
        let (pack, ruled) = (Arc::clone(self), ruled.to_vec());
        let bad = |problem: &dyn std::fmt::Display| {
            DbError::inconsistent("rulings", "duty", &"a new pack", problem)
        };
        let built = tokio::task::spawn_blocking(move || {
            let mut snapshot: Snapshot = serde_json::from_slice(&pack.bytes)?;
            for duty in ruled {
                let code = duty.code.clone();
                if !ruling::keep(&mut snapshot, duty) {
                    tracing::warn!(duty = code, "a ruling ends: the new pack lacks what it names");
                }
            }
            Self::of(snapshot)
        });
        let built = built.await.map_err(|error| bad(&error))?;
        built.map(Arc::new).map_err(|error| bad(&error))
    }

    /// JSON of the snapshot.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the bytes, hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// When one person may do without a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alone {
    /// Always: an operator at the database, or a city that does not want the rule.
    Always,
    /// As long as nothing has been published.
    FirstVersion,
    /// Never.
    Never,
}

impl Alone {
    /// True when it is allowed after this version (0 = none).
    #[must_use]
    pub const fn allows(self, newest: i64) -> bool {
        match self {
            Self::Always => true,
            Self::FirstVersion => newest == 0,
            Self::Never => false,
        }
    }
}

/// What is published.
#[derive(Clone, Debug)]
pub struct Command {
    /// The version's content.
    pub content: Arc<Content>,
    /// `agent:<subject>`, or a program.
    pub by: String,
    /// What changed, for people.
    pub note: String,
    /// When the same person may bring and publish it.
    pub alone: Alone,
}

/// Why a pack is not published as it comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PublishRefused {
    /// Two people are needed.
    #[error("a second person must publish: make a draft of it")]
    SecondPersonNeeded,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Published {
    /// The version that decides now.
    pub version: i64,
    /// True when it is the one that decided before.
    pub unchanged: bool,
}

/// Why a pack cannot be published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The pack has faults; nothing was changed.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// The rows do not make a directory although each is right.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The content cannot be written as JSON.
    #[error("the directory cannot be encoded")]
    Encode(#[from] serde_json::Error),
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
    /// The rules say no; nothing was changed.
    #[error(transparent)]
    Refused(#[from] PublishRefused),
    /// The worker thread was lost.
    #[error("the pack could not be read")]
    Worker,
    /// The database failed; nothing was changed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Checks a pack, all or nothing; `held` is let go when that has ended, whether or not somebody still waits for it.
///
/// # Errors
/// Every fault of the pack.
pub async fn check(
    files: Files,
    utc_offset_secs: i32,
    held: impl Send + 'static,
) -> Result<Arc<Content>, PublishError> {
    let read = tokio::task::spawn_blocking(move || {
        let content = Content::of(pack::read(&files, utc_offset_secs)?);
        drop(held);
        content
    });
    Ok(Arc::new(read.await.map_err(|_| PublishError::Worker)??))
}

/// Publishes a checked pack.
///
/// # Errors
/// Why it could not be stored, or that two people are needed.
pub async fn publish(db: &Db, command: Command) -> Result<Published, PublishError> {
    let cause = Cause::asked_by(command.by.clone(), telemetry::propagation::current_traceparent());
    match db.execute(&PublishDirectory, Asked { cause, command }).await {
        Ok(published) => Ok(published),
        Err(ExecuteError::Db(error)) => Err(error.into()),
        Err(ExecuteError::Refused(refused)) => Err(refused.into()),
    }
}

impl Work for PublishDirectory {
    const NAME: &'static str = "publish_directory";
    type Command = Command;
    type Output = Published;
    type Refusal = PublishRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        store::directory_versions::lock(conn).await?;
        let mut newest = store::directory_versions::newest_row(conn).await?;
        let ruled = store::rulings::duties(conn).await?;
        let mut facts = Vec::new();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            let version = newest.as_ref().map_or(0, |row| row.version);
            let content = command.content.with(&ruled).await?;
            if newest
                .as_ref()
                .is_some_and(|row| row.content_hash == content.hash)
            {
                results.push(Ok(Published {
                    version,
                    unchanged: true,
                }));
                continue;
            }
            if !command.alone.allows(version) {
                results.push(Err(PublishRefused::SecondPersonNeeded));
                continue;
            }
            let row = VersionRow {
                version: version + 1,
                content_hash: content.hash.clone(),
                pack_hash: Some(command.content.hash.clone()),
                published_at: now,
                published_by: command.by.clone(),
                note: command.note.clone(),
                draft_id: None,
                drafted_by: Vec::new(),
                override_reason: None,
            };
            facts.push(insert(conn, &row, &content, cause).await?);
            results.push(Ok(Published {
                version: row.version,
                unchanged: false,
            }));
            newest = Some(row);
        }
        bus::outbox::append(conn, &facts).await?;
        Ok(results)
    }
}

/// Stores a version; answers the fact that tells it.
pub(super) async fn insert(
    conn: &mut Conn,
    row: &VersionRow,
    content: &Content,
    cause: &Cause,
) -> Result<bus::Fact, DbError> {
    store::directory_versions::insert(conn, row, &content.bytes).await?;
    Ok(events::directory_published(
        row.version,
        &content.calendars,
        row.published_at,
        cause,
    ))
}
