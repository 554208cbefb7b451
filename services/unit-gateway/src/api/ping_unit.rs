//! `POST /v1/units/{unit}/ping`: a test call to the unit's endpoint.
use crate::ctx::Ctx;
use crate::usecases::ping_unit::ping_unit as ping;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// What came of a test call.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PingAnswer {
    /// Id of the call, in the log too.
    delivery_id: Uuid,
    /// Where.
    endpoint: String,
    /// True when it answered 2xx.
    delivered: bool,
    /// HTTP status of a failure, when there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Until the answer or the failure, in milliseconds.
    took_ms: i32,
}

/// Calls the unit's endpoint with a signed document of type `hotline.ping.v1`, about no order. Written into the log of
/// attempts; changes nothing else.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/ping",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit")),
    responses(
        (status = 200, description = "what came of it", body = PingAnswer),
        (status = 404, description = "`access_unknown`: the unit has no webhook"),
    )
)]
pub(super) async fn ping_unit(
    State(ctx): State<Ctx>,
    Path(unit): Path<String>,
) -> Result<Json<PingAnswer>, Problem> {
    let unit = unit_code(unit)?;
    let pinged = ping(&ctx, &unit).await.map_err(|error| problem::failed(&error))?;
    let pinged = pinged.ok_or_else(|| {
        Problem::not_found("access_unknown", "the unit has no webhook").detail_zh("该单位未登记 Webhook")
    })?;
    Ok(Json(PingAnswer {
        delivery_id: pinged.id,
        endpoint: pinged.endpoint,
        delivered: pinged.error.is_none(),
        status: pinged.status,
        error: pinged.error,
        took_ms: pinged.took_ms,
    }))
}
