//! GET /v1/directory/drafts: newest first.
use super::DraftView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::review_draft;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// All drafts, whatever became of them, newest first.
#[utoipa::path(get, path = "/v1/directory/drafts", tag = "directory", params(Filter),
    responses((status = 200, body = Page<DraftView>)))]
pub async fn list_drafts(
    State(ctx): State<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<DraftView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let before: Option<Uuid> = page::decode(filter.after.as_deref(), "after")?;
    let rows = review_draft::list(&ctx.db, before, i64::from(limit) + 1).await;
    let page = Page::from_rows(rows.map_err(|error| error::db(&error))?, limit, |draft| {
        draft.draft_id
    });
    Ok(Json(page.map(|draft| DraftView::new(&ctx, draft))))
}
