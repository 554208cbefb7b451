//! What people look at before a draft is published: its differences, what lint says, which orders would go elsewhere.
use super::directories::{Directories, take_apart};
use super::draft_contents::{Content, DraftContents};
use super::drafts::{Draft, snapshot_of};
use crate::domain::decide::{Decision, Outcome, Question, decide};
use crate::domain::directory::{BuildError, Directory};
use crate::domain::draft::{TableChanges, changes};
use crate::domain::explain::{Explanation, explain};
use crate::domain::lint::{Finding, Limits, Report, Severity, lint, lint_beside};
use crate::domain::snapshot::Snapshot;
use crate::store;
use crate::store::past_orders::PastOrder;
use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Db, DbError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use thiserror::Error;
use uuid::Uuid;

/// Why a draft cannot be looked at.
#[derive(Debug, Error)]
pub enum ReviewError {
    /// There is no such draft.
    #[error("there is no such draft")]
    DraftUnknown,
    /// There is no version to compare with.
    #[error("no directory has been published yet")]
    NoDirectory,
    /// Its rows do not make a directory.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The worker thread was lost.
    #[error("the draft could not be looked over")]
    Worker,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A draft with its differences from the version it is based on, by table.
///
/// # Errors
/// When it is not there, or the database fails.
pub async fn get(
    db: &Db,
    contents: &DraftContents,
    id: Uuid,
) -> Result<(Draft, BTreeMap<&'static str, TableChanges>), ReviewError> {
    let mut conn = db.pool().acquire().await.map_err(DbError::from)?;
    let (draft, content) = load(&mut conn, contents, id).await?;
    if draft.based_on == 0 {
        return Ok((draft, BTreeMap::new()));
    }
    let before = snapshot_of(&mut conn, draft.based_on).await?;
    drop(conn);
    let compared = tokio::task::spawn_blocking(move || changes(&before, &content.snapshot));
    Ok((draft, compared.await.map_err(|_| ReviewError::Worker)?))
}

/// Drafts made before this one, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, before: Option<Uuid>, limit: i64) -> Result<Vec<Draft>, DbError> {
    let rows = store::directory_drafts::list(&mut *db.pool().acquire().await?, before, limit).await?;
    Ok(rows.into_iter().map(Draft::from).collect())
}

async fn load(
    conn: &mut Conn,
    contents: &DraftContents,
    id: Uuid,
) -> Result<(Draft, Arc<Content>), ReviewError> {
    let row = store::directory_drafts::get(conn, id).await?;
    let row = row.ok_or(ReviewError::DraftUnknown)?;
    let content = contents.of(conn, &row).await?;
    Ok((row.into(), content))
}

/// A report, and which of its findings the version before has too.
#[derive(Clone, PartialEq, Debug)]
pub struct Linted {
    /// Everything found.
    pub report: Report,
    /// For each finding: the version before does not have it.
    pub is_new: Vec<bool>,
}

/// Looks a draft over.
///
/// # Errors
/// When it is not there, is no directory, or the database fails.
pub async fn lint_draft(
    db: &Db,
    (directories, contents): (&Directories, &DraftContents),
    id: Uuid,
    on: NaiveDate,
) -> Result<Linted, ReviewError> {
    let mut conn = db.pool().acquire().await.map_err(DbError::from)?;
    let (draft, content) = load(&mut conn, contents, id).await?;
    let base = directories.version(&mut conn, draft.based_on).await?;
    drop(conn);
    let looked = tokio::task::spawn_blocking(move || compare(content.snapshot.clone(), base.as_deref(), on));
    Ok(looked.await.map_err(|_| ReviewError::Worker)??)
}

/// What blocks a publication: errors that the version before does not have.
#[derive(Clone, PartialEq, Debug)]
pub struct Blocking {
    /// The first of them.
    pub findings: Vec<Finding>,
    /// How many there are.
    pub count: usize,
}

/// What blocks a publication; nothing when the count is 0.
///
/// # Errors
/// When the rows do not make a directory.
pub(super) fn blocking(
    snapshot: Snapshot,
    base: Option<&Directory>,
    on: NaiveDate,
) -> Result<Blocking, BuildError> {
    let Linted { report, is_new } = compare(snapshot, base, on)?;
    let found = report.findings.into_iter().zip(is_new);
    let blocks = |(finding, is_new): &(Finding, bool)| *is_new && finding.severity == Severity::Error;
    Ok(Blocking {
        findings: found.filter(blocks).map(|(finding, _)| finding).collect(),
        count: report.new_errors,
    })
}

fn compare(snapshot: Snapshot, base: Option<&Directory>, on: NaiveDate) -> Result<Linted, BuildError> {
    let known = base.map(|base| lint(base, on, Limits::default()).keys);
    let known = known.unwrap_or_default();
    let report = lint_beside(&Directory::new(0, snapshot)?, on, Limits::default(), &known);
    let is_new = report
        .findings
        .iter()
        .map(|finding| !known.contains(&finding.key()))
        .collect();
    Ok(Linted { report, is_new })
}

/// Bounds of one request for a preview.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PreviewLimits {
    /// Orders that are asked again.
    pub orders_max: usize,
    /// Changes that are listed.
    pub changes_max: usize,
}

/// What would change for past orders.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The version that decides now.
    pub version: i64,
    /// How many orders were asked again.
    pub orders: usize,
    /// The orders for which the answer would be another one.
    pub changes: Vec<Change>,
    /// Where to go on, when the bounds were reached before the last order.
    pub next: Option<(DateTime<Utc>, Uuid)>,
}

/// One order that would go elsewhere.
#[derive(Clone, Debug)]
pub struct Change {
    /// The order.
    pub order: PastOrder,
    /// `outcome`, `lead` or `co_handlers`.
    pub what: &'static str,
    /// What the version that decides now says.
    pub before: Explanation,
    /// What the draft says.
    pub after: Explanation,
}

/// Orders that are read at once.
const PAGE: usize = 2_000;

/// Asks the version that decides now and the draft about every order accepted behind a place.
///
/// # Errors
/// When the draft is not there, is no directory, or the database fails.
pub async fn preview(
    db: &Db,
    (directories, contents): (&Directories, &DraftContents),
    id: Uuid,
    mut place: (DateTime<Utc>, Uuid),
    limits: PreviewLimits,
) -> Result<Preview, ReviewError> {
    let mut conn = db.pool().acquire().await.map_err(DbError::from)?;
    let (_, content) = load(&mut conn, contents, id).await?;
    let now = directories
        .current(&mut conn)
        .await?
        .ok_or(ReviewError::NoDirectory)?;
    let next_version = now.version() + 1;
    let built = tokio::task::spawn_blocking(move || Directory::new(next_version, content.snapshot.clone()));
    let then = Arc::new(built.await.map_err(|_| ReviewError::Worker)??);
    let mut preview = Preview {
        version: now.version(),
        orders: 0,
        changes: Vec::new(),
        next: None,
    };
    loop {
        let limit = PAGE.min(limits.orders_max - preview.orders);
        if limit == 0 || preview.changes.len() >= limits.changes_max {
            preview.next = Some(place);
            break;
        }
        let page =
            store::past_orders::after(&mut conn, place, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
        let is_last = page.len() < limit;
        let (now, then) = (Arc::clone(&now), Arc::clone(&then));
        let left = limits.changes_max - preview.changes.len();
        let asked = tokio::task::spawn_blocking(move || ask(&now, &then, page, left));
        let (asked, changes) = asked.await.map_err(|_| ReviewError::Worker)?;
        preview.orders += asked.orders;
        preview.changes.extend(changes);
        place = asked.last.unwrap_or(place);
        if is_last && asked.all {
            break;
        }
    }
    take_apart(then);
    Ok(preview)
}

/// How far a page was asked.
struct Progress {
    orders: usize,
    last: Option<(DateTime<Utc>, Uuid)>,
    all: bool,
}

/// Stops behind the change that fills the list.
fn ask(now: &Directory, then: &Directory, page: Vec<PastOrder>, left: usize) -> (Progress, Vec<Change>) {
    let mut changes = Vec::new();
    let mut progress = Progress {
        orders: 0,
        last: None,
        all: true,
    };
    for order in page {
        if changes.len() >= left {
            progress.all = false;
            break;
        }
        progress.orders += 1;
        progress.last = Some((order.accepted_at, order.order_id));
        let (before, after) = (answer(now, &order.question), answer(then, &order.question));
        if let Some(what) = differs(&before, &after) {
            changes.push(Change {
                before: before.explain(now, &order.question),
                after: after.explain(then, &order.question),
                order,
                what,
            });
        }
    }
    (progress, changes)
}

/// An answer in codes, which are the same in both versions.
struct Answer {
    decision: Decision,
    outcome: &'static str,
    lead: Option<String>,
    co_handlers: BTreeSet<String>,
}

fn answer(directory: &Directory, question: &Question) -> Answer {
    let decision = decide(directory, question);
    let code = |unit| directory.units.get(unit).row.code.clone();
    Answer {
        outcome: match decision.outcome {
            Outcome::Assigned(_) => "assigned",
            Outcome::Undecided(why) => why.outcome(),
        },
        lead: decision.lead().map(code),
        co_handlers: decision.co_handlers.iter().copied().map(code).collect(),
        decision,
    }
}

impl Answer {
    fn explain(&self, directory: &Directory, question: &Question) -> Explanation {
        explain(directory, question, &self.decision)
    }
}

fn differs(before: &Answer, after: &Answer) -> Option<&'static str> {
    if before.outcome != after.outcome {
        Some("outcome")
    } else if before.lead != after.lead {
        Some("lead")
    } else if before.co_handlers != after.co_handlers {
        Some("co_handlers")
    } else {
        None
    }
}
