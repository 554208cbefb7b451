//! A pack becomes the directory version that decides. The same content as the newest version changes nothing.
//!
//! Rulings outlive packs: a pack that has no row of a ruling's code goes on with the ruling's duty; a row of that code, with
//! another unit or an end date, takes its place.
use crate::domain::directory::{BuildError, Directory};
use crate::domain::ruling;
use crate::domain::snapshot::DutyRow;
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
    /// How many rulings it goes on to say.
    rulings: i64,
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
    /// The worker thread was lost.
    #[error("the pack could not be read")]
    Worker,
    /// A ruling was made while the pack was read; nothing was changed.
    #[error("a ruling changed the directory meanwhile; publish again")]
    Overtaken,
    /// The database failed; nothing was changed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Checks a pack, all or nothing, and publishes it.
///
/// # Errors
/// Every fault of the pack, or why it could not be stored.
pub async fn publish(
    db: &Db,
    files: Files,
    utc_offset_secs: i32,
    by: String,
    note: String,
) -> Result<Published, PublishError> {
    let ruled = store::rulings::duties(&mut *db.pool().acquire().await.map_err(DbError::from)?).await?;
    let read = tokio::task::spawn_blocking(move || content(&files, utc_offset_secs, ruled));
    let content = Arc::new(read.await.map_err(|_| PublishError::Worker)??);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let asked = Asked {
        cause,
        command: Command { content, by, note },
    };
    match db.execute(&PublishDirectory, asked).await {
        Ok(published) => Ok(published),
        Err(ExecuteError::Db(error)) => Err(error.into()),
        Err(ExecuteError::Refused(Overtaken)) => Err(PublishError::Overtaken),
    }
}

/// A ruling was made after the pack's content was put together.
#[derive(Debug, Error)]
#[error("a ruling changed the directory meanwhile")]
pub struct Overtaken;

/// A pack, and the duties of all rulings that it does not have itself.
fn content(files: &Files, utc_offset_secs: i32, ruled: Vec<DutyRow>) -> Result<Content, PublishError> {
    let mut snapshot = pack::read(files, utc_offset_secs)?;
    let rulings = i64::try_from(ruled.len()).unwrap_or(i64::MAX);
    for duty in ruled {
        ruling::keep(&mut snapshot, duty);
    }
    let (bytes, hash) = pack::encode(&snapshot)?;
    let calendars = snapshot.calendars.clone();
    // Built once before it is stored: a version that does not build would stop every decision.
    Directory::new(0, snapshot)?;
    Ok(Content {
        bytes,
        hash,
        calendars,
        rulings,
    })
}

impl Work for PublishDirectory {
    const NAME: &'static str = "publish_directory";
    type Command = Command;
    type Output = Published;
    type Refusal = Overtaken;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        store::directory_versions::lock(conn).await?;
        let mut newest = store::directory_versions::newest_row(conn).await?;
        let rulings = store::rulings::count(conn).await?;
        let mut facts = Vec::new();
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, cause } in commands {
            let version = newest.as_ref().map_or(0, |row| row.version);
            if command.content.rulings != rulings {
                results.push(Err(Overtaken));
                continue;
            }
            if newest
                .as_ref()
                .is_some_and(|row| row.content_hash == command.content.hash)
            {
                results.push(Ok(Published {
                    version,
                    unchanged: true,
                }));
                continue;
            }
            let row = VersionRow {
                version: version + 1,
                content_hash: command.content.hash.clone(),
                published_at: now,
                published_by: command.by.clone(),
                note: command.note.clone(),
            };
            store::directory_versions::insert(conn, &row, &command.content.bytes).await?;
            facts.push(events::directory_published(
                row.version,
                &command.content.calendars,
                now,
                cause,
            ));
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
