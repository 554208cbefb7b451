//! DELETE /v1/directory/drafts/{draft_id}/units/{code}.
use super::{DraftView, change};
use crate::ctx::Ctx;
use crate::usecases::edit_draft::{Change, RowChange};
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Takes a unit out of a draft. Versions that have it keep it; to end one on a day, put it with `valid_to`.
#[utoipa::path(delete, path = "/v1/directory/drafts/{draft_id}/units/{code}", tag = "directory",
    params(("draft_id" = Uuid, Path, description = "The draft"), ("code" = String, Path, description = "单位编码")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft, or no such row in it"),
        (status = 409, description = "Published or discarded already, or still needed")))]
pub async fn delete_unit(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((draft_id, code)): Path<(Uuid, String)>,
) -> Result<Json<DraftView>, Problem> {
    let row = Change::Row(RowChange::DeleteUnit(code));
    change(&ctx, &principal, draft_id, row, &[]).await
}
