//! `POST /v1/units/{unit}/orders/{order_id}/respond` 响应.
use super::act::act;
use crate::ctx::Ctx;
use crate::wire::ActedAnswer;
use crate::wire::respond::RespondRequest;
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// First contact with the caller or arrival on site; once a round.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/respond",
    tag = "actions",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    request_body = RespondRequest,
    responses(
        (status = 200, description = "recorded, now or before", body = ActedAnswer),
        (status = 404, description = "`order_unknown`: nothing with this id was sent to this unit"),
        (status = 409, description = "`stale_generation`, `not_signed`, `already_responded`, `already_replied`, `order_closed`"),
        (status = 422, description = "`invalid_field`"),
    )
)]
pub(super) async fn respond_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(path): Path<(String, Uuid)>,
    Json(body): Json<RespondRequest>,
) -> Result<Json<ActedAnswer>, Problem> {
    act(&ctx, &principal, path, body).await
}
