//! `GET /v1/units/{unit}/orders/{order_id}/attachments`: evidence that the unit may read.
use super::shapes::AttachmentAnswer;
use crate::ctx::Ctx;
use crate::usecases::read_handling::list_attachments as list;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Evidence of one order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AttachmentsAnswer {
    /// Oldest first.
    items: Vec<AttachmentAnswer>,
}

/// Evidence that the unit may read: its own, and as the lead that of the units that help it.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/orders/{order_id}/attachments",
    tag = "evidence",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    responses((status = 200, description = "the evidence, empty when there is none", body = AttachmentsAnswer))
)]
pub(super) async fn list_attachments(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id)): Path<(String, Uuid)>,
) -> Result<Json<AttachmentsAnswer>, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let rows = list(&ctx.db, OrderId(order_id), Some(&unit))
        .await
        .map_err(|error| problem::failed(&error))?;
    let items = rows
        .into_iter()
        .map(|row| AttachmentAnswer::of(&ctx, row))
        .collect();
    Ok(Json(AttachmentsAnswer { items }))
}
