//! GET /v1/directory/drafts/{draft_id}: a draft, and what it changes.
use super::DraftView;
use crate::ctx::Ctx;
use crate::usecases::review_draft;
use axum::extract::State;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// A draft with its differences from the version it is based on.
#[utoipa::path(get, path = "/v1/directory/drafts/{draft_id}", tag = "directory",
    params(("draft_id" = Uuid, Path, description = "The draft")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft")))]
pub async fn get_draft(
    State(ctx): State<Ctx>,
    Path(draft_id): Path<Uuid>,
) -> Result<Json<DraftView>, Problem> {
    let found = review_draft::get(&ctx.db, &ctx.drafts, draft_id).await;
    let (draft, changes) = found.map_err(|error| super::error::review_draft(&error))?;
    Ok(Json(DraftView {
        changes: serde_json::to_value(changes).ok(),
        ..DraftView::new(&ctx, draft)
    }))
}
