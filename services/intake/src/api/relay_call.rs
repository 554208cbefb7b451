//! `POST /v1/relays/{relay_token}/calls`: a unit's call to the caller through the relay, for unit-gateway.
use super::error;
use super::open_relay::{BY_CHARS_MAX, unit};
use crate::config::GATEWAY_SUBJECT;
use crate::ctx::{Ctx, Ends, ProviderError};
use crate::domain::relay::CallOutcome;
use crate::domain::{caller, invalid};
use crate::usecases::relay_call::{Begun, Call, EndCall};
use axum::extract::State;
use axum::http::StatusCode;
use contracts::cause::{Asked, Cause};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// A call that a unit wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RelayCallBody {
    /// The same id is the same call: it may be sent again when nobody knows whether it was taken.
    call_id: Uuid,
    /// The order of the token.
    order_id: Uuid,
    /// Code of the unit; it leads.
    #[schema(example = "WY-01")]
    unit: String,
    /// Generation of its assignment.
    #[schema(example = 1, minimum = 1)]
    generation: i32,
    /// The unit's phone, which is rung first.
    #[schema(example = "0352-5550000")]
    from: String,
    /// Subject of the unit's person or key, for the log.
    by: String,
}

/// Has the relay connect the unit's phone with the caller's. Both see the hotline's number. Every use is logged, refused
/// ones too.
#[utoipa::path(
    post, path = "/v1/relays/{relay_token}/calls", params(("relay_token" = Uuid, Path, description = "the token")),
    request_body = RelayCallBody,
    responses(
        (status = 202, description = "the provider connects the two"),
        (status = 403, description = "`not_responsible`, `contact_confidential`"),
        (status = 404, description = "`relay_unknown`: no such token of this unit for this order; `identity_absent`"),
        (status = 409, description = "`relay_expired`, `order_closed`"),
        (status = 422, description = "`invalid_field`; `call_reused`; `call_refused`: the provider will never connect it"),
        (status = 503, description = "not now; send it again"),
    )
)]
pub(super) async fn relay_call(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(relay_token): Path<Uuid>,
    Json(body): Json<RelayCallBody>,
) -> Result<StatusCode, Problem> {
    error::only(&principal, GATEWAY_SUBJECT)?;
    let from = caller::phone(&body.from).map_err(|rule| {
        error::invalid(invalid::Invalid {
            field: "from".to_owned(),
            ..rule
        })
    })?;
    let call = Call {
        call_id: body.call_id,
        relay_token,
        order_id: body.order_id.into(),
        unit: unit(body.unit)?,
        generation: body.generation,
        from,
        by: invalid::text("by", &body.by, BY_CHARS_MAX).map_err(error::invalid)?,
    };
    let cause = Cause::asked_by(
        format!("unit:{}", call.unit),
        telemetry::propagation::current_traceparent(),
    );
    let asked = Asked {
        cause: cause.clone(),
        command: call.clone(),
    };
    let begun = ctx.db.execute(&ctx.relays.begin, asked).await;
    let phone = match begun.map_err(|problem| error::never_refused(&problem))? {
        Begun::Connect(phone) => phone,
        Begun::Connected => return Ok(StatusCode::ACCEPTED),
        Begun::Refused(refusal) => return Err(error::contact(refusal)),
    };
    let ends = Ends {
        from: &call.from,
        to: &phone,
        shown: &ctx.relays.shown,
    };
    let connected = ctx
        .exchange
        .connect(call.call_id, ends, ctx.db.clock().now())
        .await;
    let outcome = match &connected {
        Ok(()) => CallOutcome::Connected,
        Err(ProviderError::Later(_)) => CallOutcome::Later,
        Err(_) => CallOutcome::Refused,
    };
    let why = connected.as_ref().err().map(ToString::to_string);
    let command = (call, outcome, why);
    let ended = ctx.db.execute(&EndCall, Asked { cause, command }).await;
    ended.map_err(|problem| error::never_refused(&problem))?;
    answer(connected)
}

fn answer(connected: Result<(), ProviderError>) -> Result<StatusCode, Problem> {
    match connected {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(ProviderError::Later(why)) => {
            tracing::warn!(error = why, "relay call not connected");
            Err(Problem::unavailable(10))
        }
        Err(refused) => {
            tracing::warn!(error = %refused, "relay call refused");
            Err(
                Problem::unprocessable("call_refused", "the provider will never connect it")
                    .detail_zh("中继服务商拒绝接通"),
            )
        }
    }
}
