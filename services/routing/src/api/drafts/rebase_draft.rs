//! POST /v1/directory/drafts/{draft_id}/rebase: another version was published since the draft began.
use super::{DraftView, change};
use crate::ctx::Ctx;
use crate::usecases::edit_draft::Change;
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Bases a draft on the newest version: its edits are made there again. An imported draft replaces everything and is
/// refused: import the pack again.
#[utoipa::path(post, path = "/v1/directory/drafts/{draft_id}/rebase", tag = "directory",
    params(("draft_id" = Uuid, Path, description = "The draft")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft"),
        (status = 409, description = "It is an import, is not open, or deletes what is not there any more")))]
pub async fn rebase_draft(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(draft_id): Path<Uuid>,
) -> Result<Json<DraftView>, Problem> {
    change(&ctx, &principal, draft_id, Change::Rebase, &[]).await
}
