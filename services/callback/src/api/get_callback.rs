//! GET /v1/callbacks/{callback_id}: one task.
use super::view::CallbackView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::get_callback;
use axum::extract::State;
use contracts::ids::CallbackId;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// One callback task.
#[utoipa::path(get, path = "/v1/callbacks/{callback_id}", tag = "callbacks",
    params(("callback_id" = Uuid, Path, description = "The task")),
    responses((status = 200, body = CallbackView), (status = 404, description = "No such task")))]
pub async fn get_callback(
    State(ctx): State<Ctx>,
    Path(callback_id): Path<Uuid>,
) -> Result<Json<CallbackView>, Problem> {
    let found = get_callback::get_callback(&ctx.db, CallbackId(callback_id))
        .await
        .map_err(|e| error::db(&e))?;
    found
        .map(|task| Json(CallbackView::new(&ctx, task)))
        .ok_or_else(error::unknown)
}
