//! DELETE /v1/directory/drafts/{draft_id}: a draft is given up.
use super::{DraftView, change};
use crate::ctx::Ctx;
use crate::usecases::edit_draft::Change;
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Gives a draft up. It stays, with who wrote it, and can no longer be edited or published.
#[utoipa::path(delete, path = "/v1/directory/drafts/{draft_id}", tag = "directory",
    params(("draft_id" = Uuid, Path, description = "The draft")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft"),
        (status = 409, description = "Published or discarded already")))]
pub async fn discard_draft(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(draft_id): Path<Uuid>,
) -> Result<Json<DraftView>, Problem> {
    change(&ctx, &principal, draft_id, Change::Discard, &[]).await
}
