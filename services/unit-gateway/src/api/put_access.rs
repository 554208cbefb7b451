//! `PUT /v1/units/{unit}/access`: changes how a unit is reached.
use super::shapes::AccessAnswer;
use crate::ctx::Ctx;
use crate::usecases::get_access::get_access;
use crate::usecases::put_access::{PutAccess, PutAccessRefusal, PutAccesses};
use crate::usecases::resend_lost::has_unread;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use bus::BusError;
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use contracts::words::DeliveryWay;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// What an administrator wants.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutAccessRequest {
    /// nats, webhook or rest.
    #[schema(example = "webhook")]
    way: String,
    /// Where its webhook listens; required for a webhook.
    #[serde(default)]
    #[schema(example = "https://orders.unit.example/hotline")]
    endpoint: Option<String>,
    /// False: nothing is pushed. True when absent.
    #[serde(default)]
    active: Option<bool>,
    /// True: make a new signing secret, even when there is one. Calls are then signed with both for a while.
    #[serde(default)]
    replace_secret: bool,
    /// True: the secret before is worth nothing from now on (it was lost to others).
    #[serde(default)]
    retire_old_secret: bool,
    /// True: the endpoint may be in a private network of the city. Never this machine or its link.
    #[serde(default)]
    private_target: bool,
    /// nats or rest: the way while the webhook fails. rest when absent.
    #[serde(default)]
    #[schema(example = "rest")]
    fallback: Option<String>,
}

/// How the unit is reached now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PutAccessAnswer {
    #[serde(flatten)]
    access: AccessAnswer,
    /// The signing secret of a webhook: shown now and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    webhook_secret: Option<String>,
}

/// Changes how a unit is reached. What it does not have yet goes the new way at once; so does what it has not read on NATS.
#[utoipa::path(
    put,
    path = "/v1/units/{unit}/access",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit")),
    request_body = PutAccessRequest,
    responses(
        (status = 200, description = "changed", body = PutAccessAnswer),
        (status = 422, description = "`invalid_field`, `endpoint_missing`, `endpoint_forbidden`; `unit_unknown`: the directory does not have it"),
    )
)]
pub(super) async fn put_access(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    Json(body): Json<PutAccessRequest>,
) -> Result<Json<PutAccessAnswer>, Problem> {
    let unit = unit_code(unit)?;
    let way: DeliveryWay = body.way.parse().map_err(|_| {
        Problem::unprocessable("invalid_field", "one of nats, webhook, rest")
            .detail_zh("可选值：nats、webhook、rest")
            .field("way")
    })?;
    let fallback = fallback(body.fallback.as_deref())?;
    let endpoint = endpoint(&ctx, way, body.endpoint, body.private_target)?;
    let active = body.active.unwrap_or(true);
    // A missing consumer may mean that the stream was lost. So it is made only after the sending again is written,
    // as in the job that else makes it.
    let needs_consumer =
        way == DeliveryWay::Nats || (way == DeliveryWay::Webhook && fallback == DeliveryWay::Nats);
    let lacks_consumer = needs_consumer && active && lacks_consumer(&ctx, &unit).await?;
    let stays = active && way == DeliveryWay::Nats;
    let unread = !stays && leaves_unread(&ctx, &unit).await?;
    let secret: [u8; signing::SECRET_BYTES] = rand::random();
    // What is lost is replaced, whatever else is asked.
    let replace_secret = body.replace_secret || body.retire_old_secret;
    let sealed_secret = ctx
        .sealer
        .seal(unit.as_str(), &secret, rand::random())
        .map_err(|error| Problem::internal(&error))?;
    let cause = Cause::asked_by(
        format!("agent:{}", principal.subject),
        telemetry::propagation::current_traceparent(),
    );
    let by = principal.subject;
    let command = PutAccess {
        unit: unit.clone(),
        way,
        endpoint,
        active,
        replace_secret,
        overlap: if body.retire_old_secret {
            TimeDelta::zero()
        } else {
            TimeDelta::seconds(ctx.config.webhook.secret_overlap_secs)
        },
        private_target: body.private_target,
        fallback,
        sealed_secret,
        lacks_consumer,
        unread,
        closed: TimeDelta::days(ctx.config.delivery.resend_closed_days),
        by,
    };
    let put = ctx.db.execute(&PutAccesses, Asked { cause, command }).await;
    let put = put.map_err(|error| problem::executed(error, unit_unknown))?;
    ctx.paces.forget();
    if lacks_consumer {
        let made = ctx.stream.keep_consumer(&unit).await;
        made.map_err(|error| nats_away(&unit, &error))?;
    }
    let webhook_secret = put.secret_is_new.then(|| signing::present(&secret));
    Ok(Json(PutAccessAnswer {
        // A changed way begins anew.
        access: AccessAnswer::of(&ctx, put.access, &[]),
        webhook_secret,
    }))
}

fn unit_unknown(refusal: PutAccessRefusal) -> Problem {
    Problem::unprocessable("unit_unknown", refusal.to_string())
        .detail_zh("派单目录中没有此单位")
        .field("unit")
}

/// Whether a unit that is reached on NATS now has not read everything there.
async fn leaves_unread(ctx: &Ctx, unit: &UnitCode) -> Result<bool, Problem> {
    let before = get_access(&ctx.db, unit).await;
    let before = before.map_err(|error| problem::failed(&error))?;
    let on_nats = before.is_some_and(|before| before.present_way() == DeliveryWay::Nats.as_str());
    Ok(on_nats && has_unread(ctx, unit).await)
}

async fn lacks_consumer(ctx: &Ctx, unit: &UnitCode) -> Result<bool, Problem> {
    let has = ctx.stream.has_consumer(unit).await;
    has.map(|has| !has).map_err(|error| nats_away(unit, &error))
}

fn nats_away(unit: &UnitCode, error: &BusError) -> Problem {
    let error: &dyn std::error::Error = error;
    tracing::warn!(error, %unit, "consumer of a unit not made");
    Problem::unavailable(5)
}

fn fallback(given: Option<&str>) -> Result<DeliveryWay, Problem> {
    match given.unwrap_or("rest").parse() {
        Ok(way @ (DeliveryWay::Nats | DeliveryWay::Rest)) => Ok(way),
        _ => Err(Problem::unprocessable("invalid_field", "one of nats, rest")
            .detail_zh("可选值：nats、rest")
            .field("fallback")),
    }
}

fn endpoint(
    ctx: &Ctx,
    way: DeliveryWay,
    given: Option<String>,
    private: bool,
) -> Result<Option<String>, Problem> {
    let given = given.filter(|endpoint| !endpoint.trim().is_empty());
    match (way, given) {
        (DeliveryWay::Webhook, Some(endpoint)) => {
            ctx.webhooks.check(&endpoint, private).map_err(|error| {
                Problem::unprocessable("endpoint_forbidden", error.to_string())
                    .detail_zh("须为公网 https 地址")
                    .field("endpoint")
            })?;
            Ok(Some(endpoint))
        }
        (DeliveryWay::Webhook, None) => Err(Problem::unprocessable(
            "endpoint_missing",
            "say where the webhook listens",
        )
        .detail_zh("请填写 Webhook 地址")
        .field("endpoint")),
        (DeliveryWay::Nats | DeliveryWay::Rest, _) => Ok(None),
    }
}
