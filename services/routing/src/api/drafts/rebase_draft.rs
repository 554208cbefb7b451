//! POST /v1/directory/drafts/{draft_id}/rebase: another version was published since the draft began.
use super::{DraftView, change};
use crate::ctx::Ctx;
use crate::usecases::edit_draft::Change;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem, Query};

/// What becomes of rows that somebody else changed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RebaseChoice {
    /// True: the draft's rows stand also where a later version changed them too. False, the default: refused, with their codes.
    #[serde(default)]
    overwrite: bool,
}

/// Bases a draft on the newest version: its edits are made there again. An imported draft replaces everything and is
/// refused: import the pack again.
#[utoipa::path(post, path = "/v1/directory/drafts/{draft_id}/rebase", tag = "directory",
    params(("draft_id" = Uuid, Path, description = "The draft")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft"),
        (status = 409, description = "It is an import, is not open, deletes what is not there any more, or changes rows that \
            somebody else changed meanwhile (`codes`)")))]
pub async fn rebase_draft(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(draft_id): Path<Uuid>,
    Query(choice): Query<RebaseChoice>,
) -> Result<Json<DraftView>, Problem> {
    let overwrite = choice.overwrite;
    change(
        &ctx,
        &principal,
        draft_id,
        Change::Rebase { overwrite },
        |_| "draft_id",
    )
    .await
}
