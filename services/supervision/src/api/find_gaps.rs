//! GET /v1/audit/gaps: lines of events that are not numbered 1, 2, 3, … without a gap.
use crate::api::error;
use crate::api::get_timeline::Paging;
use crate::ctx::Ctx;
use crate::usecases::find_gaps::{self, Position};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// A line with a gap: something is missing, parked, or double.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapView {
    /// Order id, complaint id or the directory.
    pub key: Uuid,
    /// Whose facts.
    pub service: String,
    /// How many are here.
    pub events: i64,
    /// The first number here.
    pub first_sequence: i64,
    /// The last number here.
    pub last_sequence: i64,
}

/// Lines of events with gaps. Reads the whole timeline: for audits, not for dashboards.
#[utoipa::path(get, path = "/v1/audit/gaps", tag = "audit", params(Paging), responses((status = 200, body = Page<GapView>)))]
pub async fn find_gaps(
    State(ctx): State<Ctx>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<GapView>>, Problem> {
    let limit = page::limit(paging.limit)?;
    let after: Option<Position> = page::decode(paging.after.as_deref(), "after")?;
    let rows = find_gaps::find_gaps(&ctx.db, after, limit + 1)
        .await
        .map_err(|e| error::db(&e))?;
    let page = Page::from_rows(rows, limit, |gap| (gap.key, gap.service.clone()));
    Ok(Json(page.map(|gap| GapView {
        key: gap.key,
        service: gap.service,
        events: gap.events,
        first_sequence: gap.first_sequence,
        last_sequence: gap.last_sequence,
    })))
}
