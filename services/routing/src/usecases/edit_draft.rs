//! A draft changes: a row is put or deleted, it is moved to the newest version, or it is given up.
use super::draft_contents::{Content, DraftContents, rebuild};
use super::drafts::Draft;
use crate::domain::draft::{DraftState, Edit, EditRefused, apply, check};
use crate::pack::Faults;
use crate::store;
use crate::store::directory_drafts::DraftRow;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::collections::BTreeSet;
use thiserror::Error;
use uuid::Uuid;

/// The use case.
pub struct EditDraft {
    /// What drafts come to.
    pub contents: DraftContents,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// The draft.
    pub draft_id: Uuid,
    /// What happens to it.
    pub change: Change,
    /// `agent:<subject>`
    pub by: String,
}

/// What happens to a draft.
#[derive(Clone, Debug)]
pub enum Change {
    /// A row is put or deleted.
    Row(RowChange),
    /// It is based on the newest version from now on; its edits are made there.
    Rebase,
    /// It is given up.
    Discard,
}

/// What happens to one row.
#[derive(Clone, Debug)]
pub enum RowChange {
    /// A duty with this content, as the cells of its line.
    PutDuty(Vec<(&'static str, String)>),
    /// A duty less.
    DeleteDuty(String),
    /// A unit with this code and content.
    PutUnit(String, Vec<(&'static str, String)>),
    /// A unit less.
    DeleteUnit(String),
}

/// Why a draft does not change.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum EditDraftRefused {
    /// There is no such draft.
    #[error("there is no such draft")]
    DraftUnknown,
    /// It has been published or discarded.
    #[error("the draft is {}", .0.as_str())]
    NotOpen(DraftState),
    /// The row has faults.
    #[error(transparent)]
    Faults(Faults),
    /// The row cannot be deleted.
    #[error(transparent)]
    Edit(EditRefused),
    /// An import replaces everything: it cannot stand on a version it does not know.
    #[error("an imported draft cannot be moved to another version: import the pack again")]
    ImportStays,
}

impl Work for EditDraft {
    const NAME: &'static str = "edit_draft";
    type Command = Command;
    type Output = Draft;
    type Refusal = EditDraftRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        let mut changed = BTreeSet::new();
        for Asked { command, .. } in commands {
            // What this transaction has changed is not committed, so it is nothing to be kept.
            let contents = changed.insert(command.draft_id).then_some(&self.contents);
            results.push(change(conn, contents, now, command).await?);
        }
        Ok(results)
    }
}

async fn change(
    conn: &mut Conn,
    contents: Option<&DraftContents>,
    now: DateTime<Utc>,
    command: &Command,
) -> Result<Result<Draft, EditDraftRefused>, DbError> {
    let id = command.draft_id;
    let Some(draft) = store::directory_drafts::get_for_update(conn, id).await? else {
        return Ok(Err(EditDraftRefused::DraftUnknown));
    };
    if draft.state != DraftState::Open {
        return Ok(Err(EditDraftRefused::NotOpen(draft.state)));
    }
    let changed = match &command.change {
        Change::Discard => {
            let to = (DraftState::Discarded, draft.based_on);
            store::directory_drafts::update(conn, id, to, None, now).await?;
            Ok(())
        }
        Change::Rebase => rebase(conn, &draft, now).await?,
        Change::Row(change) => {
            let content = match contents {
                Some(contents) => contents.of(conn, &draft).await?,
                None => rebuild(conn, &draft).await?,
            };
            match edit(&content, change) {
                Ok(edit) => {
                    let revision = draft.revision + 1;
                    store::directory_drafts::append(conn, id, revision, &edit, &command.by, now).await?;
                    Ok(())
                }
                Err(refused) => Err(refused),
            }
        }
    };
    if let Err(refused) = changed {
        return Ok(Err(refused));
    }
    let row = store::directory_drafts::get(conn, id).await?;
    Ok(row.map(Draft::from).ok_or(EditDraftRefused::DraftUnknown))
}

/// The change as an edit, checked against what the draft comes to.
fn edit(content: &Content, change: &RowChange) -> Result<Edit, EditDraftRefused> {
    let edit = match change {
        RowChange::PutDuty(cells) => {
            let row = content.known.duty(cells).map_err(EditDraftRefused::Faults)?;
            Edit::PutDuty { row: Box::new(row) }
        }
        RowChange::PutUnit(code, cells) => {
            let row = content
                .known
                .unit(code, cells)
                .map_err(EditDraftRefused::Faults)?;
            Edit::PutUnit { row: Box::new(row) }
        }
        RowChange::DeleteDuty(code) => Edit::DeleteDuty { code: code.clone() },
        RowChange::DeleteUnit(code) => Edit::DeleteUnit { code: code.clone() },
    };
    check(&content.snapshot, &edit).map_err(EditDraftRefused::Edit)?;
    Ok(edit)
}

async fn rebase(
    conn: &mut Conn,
    draft: &DraftRow,
    now: DateTime<Utc>,
) -> Result<Result<(), EditDraftRefused>, DbError> {
    if draft.is_import {
        return Ok(Err(EditDraftRefused::ImportStays));
    }
    let newest = store::directory_versions::newest(conn)
        .await?
        .unwrap_or(draft.based_on);
    let mut snapshot = super::drafts::snapshot_of(conn, newest).await?;
    let edits = store::directory_drafts::edits(conn, draft.draft_id, 0, draft.revision).await?;
    for (_, edit) in edits {
        if let Err(refused) = apply(&mut snapshot, &edit) {
            return Ok(Err(EditDraftRefused::Edit(refused)));
        }
    }
    store::directory_drafts::update(conn, draft.draft_id, (DraftState::Open, newest), None, now).await?;
    Ok(Ok(()))
}
