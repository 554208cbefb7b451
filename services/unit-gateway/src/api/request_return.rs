//! `POST /v1/units/{unit}/orders/{order_id}/return-requests` 退单.
use super::act::act;
use crate::ctx::Ctx;
use crate::wire::ActedAnswer;
use crate::wire::request_return::ReturnRequest;
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// "Not ours": the hotline reviews it; until then the unit stays responsible.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/return-requests",
    tag = "actions",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    request_body = ReturnRequest,
    responses(
        (status = 200, description = "under review", body = ActedAnswer),
        (status = 404, description = "`order_unknown`: nothing with this id was sent to this unit"),
        (status = 409, description = "`stale_generation`, `return_pending`, `already_replied`, `order_closed`"),
        (status = 422, description = "`invalid_field`"),
    )
)]
pub(super) async fn request_return(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(path): Path<(String, Uuid)>,
    Json(body): Json<ReturnRequest>,
) -> Result<Json<ActedAnswer>, Problem> {
    act(&ctx, &principal, path, body).await
}
