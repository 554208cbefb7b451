//! `POST /v1/orders/{order_id}/relays`: a unit's token for reaching the caller, for unit-gateway.
use super::error;
use super::views::local;
use crate::config::GATEWAY_SUBJECT;
use crate::ctx::Ctx;
use crate::domain::{OrderId, invalid};
use crate::usecases::open_relay::Wanted;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use db::ExecuteError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

pub(super) const BY_CHARS_MAX: usize = 200;

/// Who wants to reach the caller.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenRelayBody {
    /// Code of the unit; it leads.
    #[schema(example = "WY-01")]
    unit: String,
    /// Generation of its assignment.
    #[schema(example = 1, minimum = 1)]
    generation: i32,
    /// Subject of the unit's person or key, for the log.
    by: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub(super) struct RelayOpened {
    /// What a call names. Good for this unit and this order only.
    relay_token: Uuid,
    /// What both ends of a call see.
    #[schema(example = "12345")]
    number: String,
    /// Last moment of use; over with the assignment, too.
    expires_at: DateTime<FixedOffset>,
}

/// Gives the lead of an open order a token with which it reaches the caller through the relay, without the number.
///
/// Asked again while one is good, it answers that one.
#[utoipa::path(
    post, path = "/v1/orders/{order_id}/relays", params(("order_id" = Uuid, Path, description = "the order")),
    request_body = OpenRelayBody,
    responses(
        (status = 200, body = RelayOpened),
        (status = 403, description = "`not_responsible`; `contact_confidential`: only the hotline speaks with this caller"),
        (status = 404, description = "`order_unknown`; `identity_absent`: no number was given"),
        (status = 409, description = "`order_closed`"),
        (status = 503, description = "the assignment is not known here yet; ask again"),
    )
)]
pub(super) async fn open_relay(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<OrderId>,
    Json(body): Json<OpenRelayBody>,
) -> Result<Json<RelayOpened>, Problem> {
    error::only(&principal, GATEWAY_SUBJECT)?;
    let command = Wanted {
        order_id,
        unit: unit(body.unit)?,
        generation: body.generation,
        by: invalid::text("by", &body.by, BY_CHARS_MAX).map_err(error::invalid)?,
    };
    let cause = Cause::asked_by(
        format!("unit:{}", command.unit),
        telemetry::propagation::current_traceparent(),
    );
    let opened = ctx.db.execute(&ctx.relays.open, Asked { cause, command }).await;
    let relay = opened.map_err(|problem| match problem {
        ExecuteError::Db(problem) => error::database(&problem),
        ExecuteError::Refused(refusal) => error::contact(refusal),
    })?;
    Ok(Json(RelayOpened {
        relay_token: relay.relay_token,
        number: ctx.relays.shown.clone(),
        expires_at: local(relay.expires_at, ctx.offset),
    }))
}

/// A unit's code.
pub(super) fn unit(code: String) -> Result<String, Problem> {
    let unit = UnitCode(code);
    if unit.is_valid() {
        return Ok(unit.0);
    }
    let rule = invalid::Invalid::new("unit", "is no code of a unit", "不是单位编码");
    Err(error::invalid(rule))
}
