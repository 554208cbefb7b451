//! POST /v1/manual-queue/{order_id}/claim: one dispatcher takes the order.
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::claim_order::{ClaimOrder, Command};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, TimeDelta};
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// A hold on an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimView {
    /// The order.
    pub order_id: Uuid,
    /// Who holds it.
    pub claimed_by: String,
    /// Then others may take it.
    pub claimed_until: DateTime<FixedOffset>,
}

/// Takes an order of the queue; taking it again lengthens the hold.
#[utoipa::path(post, path = "/v1/manual-queue/{order_id}/claim", tag = "manual queue",
    params(("order_id" = Uuid, Path, description = "The order")),
    responses((status = 200, body = ClaimView), (status = 404, description = "It does not wait"),
        (status = 409, description = "Another dispatcher has it")))]
pub async fn claim_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
) -> Result<Json<ClaimView>, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let work = ClaimOrder {
        claim_for: TimeDelta::minutes(i64::from(ctx.config.claim_mins)),
    };
    let asked = Asked {
        cause,
        command: Command {
            order_id: OrderId(order_id),
            by,
        },
    };
    let claim = ctx
        .db
        .execute(&work, asked)
        .await
        .map_err(|error| error::claim(&error))?;
    Ok(Json(ClaimView {
        order_id,
        claimed_by: claim.by,
        claimed_until: ctx.local(claim.until),
    }))
}
