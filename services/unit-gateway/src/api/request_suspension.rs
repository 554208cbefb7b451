//! `POST /v1/units/{unit}/orders/{order_id}/suspension-requests` 挂起.
use super::act::act;
use crate::ctx::Ctx;
use crate::wire::ActedAnswer;
use crate::wire::if_match::IfMatch;
use crate::wire::request_suspension::SuspensionRequest;
use axum::extract::State;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Path, Problem};

/// The lead asks that its clocks stand still until a time; supervision decides, and they run on until then.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/suspension-requests",
    tag = "actions",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID; a repeat with the same key has no second effect"),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the order; another state of the assignment refuses the action")),
    request_body = SuspensionRequest,
    responses(
        (status = 200, description = "asked, now or before", body = ActedAnswer),
        (status = 403, description = "`wrong_unit`; `not_responsible`: the unit does not lead now"),
        (status = 404, description = "`order_unknown`: nothing with this id was sent to this unit"),
        (status = 409, description = "`stale_generation`, `not_signed`, `suspension_pending`, `already_replied`, `order_closed`"),
        (status = 412, description = "`outdated`: the order has another generation or round than `If-Match` says"),
        (status = 422, description = "`invalid_field`, `idempotency_key_reused`"),
    )
)]
pub(super) async fn request_suspension(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(path): Path<(String, Uuid)>,
    key: Option<IdempotencyKey>,
    if_match: IfMatch,
    Json(body): Json<SuspensionRequest>,
) -> Result<Json<ActedAnswer>, Problem> {
    act(&ctx, &principal, path, (key, if_match), body).await
}
