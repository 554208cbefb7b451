//! /v1/directory/drafts: how the directory changes. One operation per file.
pub mod create_draft;
pub mod delete_duty;
pub mod delete_unit;
pub mod discard_draft;
mod error;
pub mod get_draft;
pub mod lint_draft;
pub mod list_drafts;
pub mod preview_draft;
pub mod publish_draft;
pub mod put_duty;
pub mod put_unit;
pub mod rebase_draft;

use crate::ctx::Ctx;
use crate::domain::draft::DraftState;
use crate::usecases::Draft;
use crate::usecases::edit_draft::{Change, Command, EditDraft, RowChange};
use chrono::{DateTime, FixedOffset, NaiveDate};
use contracts::cause::{Asked, Cause};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Problem};

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftView {
    /// Its name.
    pub draft_id: Uuid,
    /// The version it changes; 0 = there was none.
    pub based_on: i64,
    /// True when it began with a pack, which replaces everything.
    pub is_import: bool,
    /// `open`, `published` or `discarded`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// How many edits it has had.
    pub revision: i32,
    /// What it is for.
    pub note: String,
    /// Everyone who wrote some of it; who publishes must be somebody else.
    pub drafted_by: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<FixedOffset>,
    /// When it was edited, published or discarded.
    pub changed_at: DateTime<FixedOffset>,
    /// What it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_version: Option<i64>,
    /// By table: keys `added`, `changed` and `removed` against `based_on`, and their `count`. Only when one draft is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub changes: Option<Value>,
}

impl DraftView {
    fn new(ctx: &Ctx, draft: Draft) -> Self {
        Self {
            draft_id: draft.draft_id,
            based_on: draft.based_on,
            is_import: draft.is_import,
            state: draft.state.as_str(),
            revision: draft.revision,
            note: draft.note,
            drafted_by: draft.drafted_by,
            created_at: ctx.local(draft.created_at),
            changed_at: ctx.local(draft.changed_at),
            published_version: draft.published_version,
            changes: None,
        }
    }
}

/// Changes a draft as the caller; `fields` tells which field of the body fills a column.
async fn change(
    ctx: &Ctx,
    principal: &Principal,
    draft_id: Uuid,
    change: Change,
    fields: &[(&'static str, &'static str)],
) -> Result<Json<DraftView>, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let command = Command { draft_id, change, by };
    let work = EditDraft {
        contents: ctx.drafts.clone(),
    };
    let changed = ctx.db.execute(&work, Asked { cause, command }).await;
    let draft = changed.map_err(|refused| error::edit_draft(&refused, fields))?;
    if draft.state != DraftState::Open {
        ctx.drafts.forget(draft.draft_id);
    }
    Ok(Json(DraftView::new(ctx, draft)))
}

/// A cell of a row: its column, the field of the body that fills it, its text.
type Cell = (&'static str, &'static str, String);

/// Puts a row into a draft.
async fn put_row(
    ctx: &Ctx,
    principal: &Principal,
    draft_id: Uuid,
    cells: Vec<Cell>,
    row: impl FnOnce(Vec<(&'static str, String)>) -> RowChange,
) -> Result<Json<DraftView>, Problem> {
    let fields: Vec<_> = cells.iter().map(|(column, field, _)| (*column, *field)).collect();
    let cells = cells
        .into_iter()
        .map(|(column, _, text)| (column, text))
        .collect();
    change(ctx, principal, draft_id, Change::Row(row(cells)), &fields).await
}

/// As the tables of a pack say it.
fn yes(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

/// 失效日期; open-ended when there is none.
fn last_day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
