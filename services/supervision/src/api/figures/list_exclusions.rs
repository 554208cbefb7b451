//! GET /v1/exclusions: every exclusion that was ever asked for.
use super::period::{bad, days, given};
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::list_exclusions::{self, ExclusionRow, Filter, Position};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which exclusions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExclusionsQuery {
    /// `requested`, `granted`, `denied`.
    pub state: Option<String>,
    /// Of this order only.
    pub order_id: Option<Uuid>,
    /// Requested on this day or later; with `to`.
    pub from: Option<NaiveDate>,
    /// Requested on this day or earlier; with `from`.
    pub to: Option<NaiveDate>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// An exclusion.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExclusionView {
    /// The request.
    pub exclusion_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Generation it is about; absent = every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i32>,
    /// Figures; empty = all.
    pub figures: Vec<String>,
    /// Code.
    pub reason: String,
    /// Why.
    pub note: String,
    /// `requested`, `granted`, `denied`.
    pub state: String,
    /// Who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<FixedOffset>,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<DateTime<FixedOffset>>,
    /// Why so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_note: Option<String>,
}

impl ExclusionView {
    /// For people, in local time.
    pub(in crate::api) fn of(ctx: &Ctx, row: ExclusionRow) -> Self {
        Self {
            exclusion_id: row.exclusion_id,
            order_id: row.order_id,
            generation: row.generation,
            figures: row.figures,
            reason: row.reason,
            note: row.note,
            state: row.state,
            requested_by: row.requested_by,
            requested_at: ctx.local(row.requested_at),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at.map(|at| ctx.local(at)),
            review_note: row.review_note,
        }
    }
}

/// Exclusions by time of the request, oldest first. None is ever deleted.
#[utoipa::path(get, path = "/v1/exclusions", tag = "exclusions", params(ExclusionsQuery),
    responses((status = 200, body = Page<ExclusionView>)))]
pub async fn list_exclusions(
    State(ctx): State<Ctx>,
    Query(query): Query<ExclusionsQuery>,
) -> Result<Json<Page<ExclusionView>>, Problem> {
    let limit = page::limit(query.limit)?;
    let after: Option<Position> = page::decode(query.after.as_deref(), "after")?;
    let span = match (query.from, query.to) {
        (None, None) => None,
        (Some(from), Some(to)) => Some(days(from, to)?.span(ctx.offset())),
        (None, Some(_)) => return Err(bad("from", "from and to go together", "from 与 to 须同时给出")),
        (Some(_), None) => return Err(bad("to", "from and to go together", "from 与 to 须同时给出")),
    };
    let state = given(query.state);
    let known = ["requested", "granted", "denied"];
    if state
        .as_ref()
        .is_some_and(|state| !known.contains(&state.as_str()))
    {
        return Err(bad(
            "state",
            "requested, granted or denied",
            "须为 requested、granted 或 denied",
        ));
    }
    let filter = Filter {
        state,
        order_id: query.order_id,
        from: span.map(|span| span.from),
        to: span.map(|span| span.to),
    };
    let rows = list_exclusions::list_exclusions(&ctx.db, &filter, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.requested_at, row.exclusion_id)
    });
    Ok(Json(page.map(|row| ExclusionView::of(&ctx, row))))
}
