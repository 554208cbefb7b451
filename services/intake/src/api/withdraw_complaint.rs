//! `POST /v1/complaints/{complaint_id}/withdrawal` and `POST /v1/orders/{order_id}/withdrawal`: the caller takes it back.
use super::error;
use crate::ctx::Ctx;
use crate::domain::invalid;
use crate::domain::{ComplaintId, OrderId};
use crate::usecases::withdraw_orders::{Command, Taken, WithdrawOrders, Withdrawn};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

const REASON_CHARS_MAX: usize = 200;

/// Why it is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawalBody {
    /// At most 200 characters.
    #[schema(example = "来电人表示已自行解决")]
    reason: String,
}

/// What was taken back.
#[derive(Serialize, ToSchema)]
pub(super) struct WithdrawnBody {
    /// Orders that ended by it, now or by an earlier request.
    withdrawn: Vec<Uuid>,
    /// Open orders that stay, because other callers follow them.
    followed: Vec<Uuid>,
    /// Orders that another hotline has: it is told, and says how they end.
    elsewhere: Vec<Uuid>,
}

impl From<Withdrawn> for WithdrawnBody {
    fn from(withdrawn: Withdrawn) -> Self {
        let ids = |orders: Vec<OrderId>| orders.into_iter().map(OrderId::uuid).collect();
        Self {
            withdrawn: ids(withdrawn.withdrawn),
            followed: ids(withdrawn.followed),
            elsewhere: ids(withdrawn.elsewhere),
        }
    }
}

/// The caller takes a complaint back: its open orders end, and their units are told.
///
/// Orders that other callers follow stay. Of those that another hotline has, it is told. Saying it again is answered as the
/// first time.
#[utoipa::path(
    post, path = "/v1/complaints/{complaint_id}/withdrawal", request_body = WithdrawalBody,
    params(("complaint_id" = Uuid, Path, description = "the complaint")),
    responses(
        (status = 200, body = WithdrawnBody),
        (status = 404, description = "`complaint_unknown`"),
        (status = 409, description = "`order_closed`: nothing of it is open; `order_followed`: others wait for its result"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn withdraw_complaint(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(complaint_id): Path<ComplaintId>,
    Json(body): Json<WithdrawalBody>,
) -> Result<Json<WithdrawnBody>, Problem> {
    withdraw(&ctx, &principal, Taken::Complaint(complaint_id), &body).await
}

/// The caller takes one order back: it ends, and its unit is told.
///
/// When another hotline has it, that is told. Saying it again is answered as the first time.
#[utoipa::path(
    post, path = "/v1/orders/{order_id}/withdrawal", request_body = WithdrawalBody,
    params(("order_id" = Uuid, Path, description = "the order")),
    responses(
        (status = 200, body = WithdrawnBody),
        (status = 404, description = "`order_unknown`"),
        (status = 409, description = "`order_closed`, or `order_followed`: others wait for its result"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn withdraw_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    Json(body): Json<WithdrawalBody>,
) -> Result<Json<WithdrawnBody>, Problem> {
    withdraw(&ctx, &principal, Taken::Order(OrderId(order_id)), &body).await
}

async fn withdraw(
    ctx: &Ctx,
    principal: &Principal,
    taken: Taken,
    body: &WithdrawalBody,
) -> Result<Json<WithdrawnBody>, Problem> {
    let by = format!("agent:{}", principal.subject);
    let command = Command {
        taken,
        reason: invalid::text("reason", &body.reason, REASON_CHARS_MAX).map_err(error::invalid)?,
        by: by.clone(),
    };
    let cause = Cause::asked_by(by, telemetry::propagation::current_traceparent());
    let work = WithdrawOrders {
        vault: Arc::clone(&ctx.links.vault),
    };
    let withdrawn = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(error::withdraw)?;
    Ok(Json(withdrawn.into()))
}
