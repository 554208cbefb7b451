//! `GET /v1/units/{unit}/orders/{order_id}/attachments/{attachment_id}`: the content of evidence, for a unit.
use super::evidence::content;
use crate::ctx::Ctx;
use crate::wire::unit_code;
use axum::extract::State;
use axum::response::Response;
use contracts::ids::OrderId;
use uuid::Uuid;
use web::auth::Principal;
use web::{Path, Problem};

/// The content of evidence that the unit may read. Written down.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/orders/{order_id}/attachments/{attachment_id}",
    tag = "evidence",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("order_id" = Uuid, Path, description = "the order"),
        ("attachment_id" = Uuid, Path, description = "the attachment"),
    ),
    responses(
        (status = 200, description = "the content", content_type = "application/octet-stream"),
        (status = 404, description = "`attachment_unknown`: there is none that this unit may read"),
    )
)]
pub(super) async fn get_attachment(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id, attachment_id)): Path<(String, Uuid, Uuid)>,
) -> Result<Response, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    content(
        &ctx,
        OrderId(order_id),
        Some((&unit, &principal.subject)),
        attachment_id,
    )
    .await
}
