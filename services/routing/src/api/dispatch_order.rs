//! POST /v1/manual-queue/{order_id}/decision: a dispatcher names the unit.
use super::views::{TermsView, UnitView, units};
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::dispatch_order::{Command, DispatchOrder};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// What the dispatcher says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchForm {
    /// 主办: a unit that is valid today.
    #[schema(example = "SJ-URBAN")]
    pub lead: String,
    /// 协办
    #[serde(default)]
    pub co_handlers: Vec<String>,
    /// The matter, when the order had none or a wrong one; it also decides the time limits.
    pub matter: Option<String>,
    /// Why; stays with the order.
    pub reason: String,
}

/// The assignment that follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct DispatchView {
    /// The order.
    pub order_id: Uuid,
    /// Its generation.
    pub generation: i32,
    /// 主办
    pub lead: UnitView,
    /// 协办
    pub co_handlers: Vec<UnitView>,
    /// Time limits.
    pub terms: TermsView,
}

/// Assigns an order that waits in the queue.
#[utoipa::path(post, path = "/v1/manual-queue/{order_id}/decision", tag = "manual queue",
    params(("order_id" = Uuid, Path, description = "The order")), request_body = DispatchForm,
    responses((status = 200, body = DispatchView), (status = 404, description = "No such order"),
        (status = 409, description = "It does not wait, or another dispatcher has it"),
        (status = 422, description = "Unknown unit or matter, or no reason")))]
pub async fn dispatch_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    Json(form): Json<DispatchForm>,
) -> Result<Json<DispatchView>, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        order_id: OrderId(order_id),
        lead: form.lead.into(),
        co_handlers: form.co_handlers.into_iter().map(Into::into).collect(),
        matter: form.matter.map(Into::into),
        reason: error::checked_reason(&form.reason, ctx.config.reason_chars_max)?,
        by,
    };
    let work = DispatchOrder {
        directories: ctx.directories.clone(),
    };
    let assignment = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(|error| error::dispatch(&error))?;
    Ok(Json(DispatchView {
        order_id,
        generation: assignment.generation,
        lead: UnitView::from(&assignment.lead),
        co_handlers: units(&assignment.co_handlers),
        terms: TermsView::from(&assignment.terms),
    }))
}
