//! `POST /v1/units/{unit}/orders/{order_id}/appeals` 申诉.
use crate::ctx::Ctx;
use crate::wire::appeal::{self, AppealAnswer, AppealRequest};
use crate::wire::unit_code;
use axum::extract::State;
use contracts::ids::OrderId;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// The unit says that an answer about its work is wrong; also when the order is closed or with another unit by now. The
/// same ground again is the same appeal; the document `appeal` tells what came of it.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/appeals",
    tag = "actions",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    request_body = AppealRequest,
    responses(
        (status = 200, description = "asked, now or before", body = AppealAnswer),
        (status = 403, description = "`wrong_unit`"),
        (status = 404, description = "`answer_unknown`: no answer with this id went against this unit in this order"),
        (status = 409, description = "`appeal_window_over`: `until` says since when; `appeal_exists`: with another ground"),
        (status = 422, description = "`invalid_field`: no ground"),
    )
)]
pub(super) async fn request_appeal(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id)): Path<(String, Uuid)>,
    Json(body): Json<AppealRequest>,
) -> Result<Json<AppealAnswer>, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    appeal::request(&ctx, unit, OrderId(order_id), &body)
        .await
        .map(Json)
}
