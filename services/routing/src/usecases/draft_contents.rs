//! What open drafts come to, kept in memory: an edit, a look or lint needs the few edits since, not the whole version
//! with every edit again.
//!
//! Only what is committed is kept: the content at a revision that the database has told. The edit that a transaction is
//! about to make is checked against it and joins it when the next reader finds it in the table. So a transaction that is
//! rolled back leaves nothing here, and another replica's edits are seen like one's own.
use super::directories::take_apart;
use super::drafts::{parse, snapshot_of};
use crate::domain::draft::{Edit, apply};
use crate::domain::ruling;
use crate::domain::snapshot::Snapshot;
use crate::pack::rows::Known;
use crate::store;
use crate::store::directory_drafts::DraftRow;
use db::{Conn, DbError};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

const TABLE: &str = "directory_drafts";
/// Drafts kept in memory, those looked at last: each is as large as a version.
const KEPT_MAX: usize = 2;

/// The contents of the drafts looked at last. Cheap to clone; clones share them.
#[derive(Clone, Debug, Default)]
pub struct DraftContents(Arc<Mutex<Vec<Arc<Content>>>>);

/// What a draft comes to at a revision.
#[derive(Clone, Debug)]
pub struct Content {
    draft_id: Uuid,
    based_on: i64,
    revision: i32,
    /// Rulings that an import was completed by.
    rulings: i64,
    /// Its rows.
    pub snapshot: Snapshot,
    /// What a further row may refer to.
    pub known: Known,
}

impl DraftContents {
    /// What a draft comes to: the pack it began with or the version it is based on, with every edit up to the row's
    /// revision. `draft` must be committed: a row that this transaction has changed belongs to [`rebuild`].
    ///
    /// # Errors
    /// When the database fails, or what is stored does not fit together.
    pub async fn of(&self, conn: &mut Conn, draft: &DraftRow) -> Result<Arc<Content>, DbError> {
        let rulings = if draft.is_import {
            store::rulings::count(conn).await?
        } else {
            0
        };
        let fits = |kept: &Content| {
            (kept.draft_id, kept.based_on, kept.rulings) == (draft.draft_id, draft.based_on, rulings)
                && kept.revision <= draft.revision
        };
        let content = match self.take(fits) {
            Some(kept) if kept.revision == draft.revision => kept,
            Some(kept) => {
                let edits = edits(conn, draft, kept.revision).await?;
                let kept = Arc::unwrap_or_clone(kept);
                on_its_own(draft.draft_id, move || kept.with(edits)).await?
            }
            None => rebuild(conn, draft).await?,
        };
        self.keep(Arc::clone(&content));
        Ok(content)
    }

    /// The draft has ended: it needs no memory any more.
    pub fn forget(&self, draft_id: Uuid) {
        take_apart(self.take(|kept| kept.draft_id == draft_id));
    }

    fn take(&self, fits: impl Fn(&Content) -> bool) -> Option<Arc<Content>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|kept| fits(kept))?;
        Some(kept.remove(place))
    }

    /// Puts it last, in the place of what is known of the same draft; somebody quicker may know more.
    fn keep(&self, content: Arc<Content>) {
        let gone = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let known = kept.iter().position(|kept| kept.draft_id == content.draft_id);
            let known = known.map(|place| kept.remove(place));
            let at = |content: &Content| (content.based_on, content.revision);
            let (newest, older) = match known {
                Some(known) if at(&known) > at(&content) => (known, Some(content)),
                known => (content, known),
            };
            kept.push(newest);
            let oldest = (kept.len() > KEPT_MAX).then(|| kept.remove(0));
            (older, oldest)
        };
        take_apart(gone);
    }
}

/// What a draft comes to, from the tables alone.
///
/// # Errors
/// As [`DraftContents::of`].
pub async fn rebuild(conn: &mut Conn, draft: &DraftRow) -> Result<Arc<Content>, DbError> {
    let id = draft.draft_id;
    let (snapshot, ruled) = match store::directory_drafts::content(conn, id).await? {
        // Rulings outlive packs. One that is made later is a version of its own, and the draft is outdated.
        Some(bytes) => (
            parse(bytes, TABLE, id.to_string()).await?,
            store::rulings::duties(conn).await?,
        ),
        None => (snapshot_of(conn, draft.based_on).await?, Vec::new()),
    };
    let edits = edits(conn, draft, 0).await?;
    let based_on = draft.based_on;
    on_its_own(id, move || {
        let mut snapshot = snapshot;
        let rulings = i64::try_from(ruled.len()).unwrap_or(i64::MAX);
        for duty in ruled {
            ruling::keep(&mut snapshot, duty);
        }
        let known = Known::from(&snapshot);
        let begun = Content {
            draft_id: id,
            based_on,
            revision: 0,
            rulings,
            snapshot,
            known,
        };
        begun.with(edits)
    })
    .await
}

/// Edits after a revision, each with its own; up to the row's, because another may have been made since it was read.
async fn edits(conn: &mut Conn, draft: &DraftRow, after: i32) -> Result<Vec<(i32, Edit)>, DbError> {
    store::directory_drafts::edits(conn, draft.draft_id, after, draft.revision).await
}

impl Content {
    fn with(mut self, edits: Vec<(i32, Edit)>) -> Result<Self, DbError> {
        for (revision, edit) in edits {
            apply(&mut self.snapshot, &edit)
                .map_err(|refused| DbError::inconsistent(TABLE, "edits", &self.draft_id, &refused))?;
            self.known.learn(&edit);
            self.revision = revision;
        }
        Ok(self)
    }
}

/// With a hundred thousand rows it is work for a thread of its own.
async fn on_its_own(
    id: Uuid,
    work: impl FnOnce() -> Result<Content, DbError> + Send + 'static,
) -> Result<Arc<Content>, DbError> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked
        .map_err(|error| DbError::inconsistent(TABLE, "edits", &id, &error))?
        .map(Arc::new)
}
