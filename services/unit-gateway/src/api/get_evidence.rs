//! `GET /v1/orders/{order_id}/attachments/{attachment_id}`: the content of evidence, for the hotline.
use super::evidence::content;
use crate::ctx::Ctx;
use axum::extract::State;
use axum::response::Response;
use contracts::ids::OrderId;
use uuid::Uuid;
use web::{Path, Problem};

/// The content of a unit's evidence.
#[utoipa::path(
    get,
    path = "/v1/orders/{order_id}/attachments/{attachment_id}",
    tag = "evidence",
    params(
        ("order_id" = Uuid, Path, description = "the order"),
        ("attachment_id" = Uuid, Path, description = "the attachment"),
    ),
    responses(
        (status = 200, description = "the content", content_type = "application/octet-stream"),
        (status = 404, description = "`attachment_unknown`"),
    )
)]
pub(super) async fn get_evidence(
    State(ctx): State<Ctx>,
    Path((order_id, attachment_id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Problem> {
    content(&ctx, OrderId(order_id), None, attachment_id).await
}
