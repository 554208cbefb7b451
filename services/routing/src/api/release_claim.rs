//! DELETE /v1/manual-queue/{order_id}/claim: a dispatcher lets the order go.
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::release_claim::{Command, ReleaseClaim};
use axum::extract::State;
use axum::http::StatusCode;
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use uuid::Uuid;
use web::auth::Principal;
use web::{Path, Problem};

/// Lets an order of the queue go, so that others may take it at once. Nothing happens when nobody holds it.
#[utoipa::path(delete, path = "/v1/manual-queue/{order_id}/claim", tag = "manual queue",
    params(("order_id" = Uuid, Path, description = "The order")),
    responses((status = 204, description = "Nobody holds it"), (status = 404, description = "It does not wait"),
        (status = 409, description = "Another dispatcher has it")))]
pub async fn release_claim(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        order_id: OrderId(order_id),
        by,
    };
    ctx.db
        .execute(&ReleaseClaim, Asked { cause, command })
        .await
        .map_err(|error| error::release(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
