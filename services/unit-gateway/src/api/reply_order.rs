//! `POST /v1/units/{unit}/orders/{order_id}/reply` 办结反馈.
use super::act::act;
use crate::ctx::Ctx;
use crate::wire::ActedAnswer;
use crate::wire::reply::ReplyRequest;
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// The unit says it is done; the hotline asks the caller.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/reply",
    tag = "actions",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    request_body = ReplyRequest,
    responses(
        (status = 200, description = "replied, now or before", body = ActedAnswer),
        (status = 404, description = "`order_unknown`: nothing with this id was sent to this unit"),
        (status = 409, description = "`stale_generation`, `not_signed`, `return_pending`, `already_replied`, `order_closed`"),
        (status = 422, description = "`invalid_field`"),
    )
)]
pub(super) async fn reply_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(path): Path<(String, Uuid)>,
    Json(body): Json<ReplyRequest>,
) -> Result<Json<ActedAnswer>, Problem> {
    act(&ctx, &principal, path, body).await
}
