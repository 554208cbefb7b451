//! `POST /v1/units/{unit}/replays`: a person has documents sent again.
use crate::ctx::Ctx;
use crate::usecases::replay_deliveries::{ReplayDeliveries, Replays};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Which ones.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayRequest {
    /// One document, whether the unit has it or not; absent: all that the unit does not have.
    #[serde(default)]
    delivery_id: Option<Uuid>,
}

/// How many are sent again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReplayAnswer {
    /// Documents that are due now. What is on its way at this moment is not counted.
    #[schema(example = 3)]
    replayed: u64,
    /// The unit pulls, so nothing is sent to it: it finds the documents again by pulling with this `after`. What it had
    /// acknowledged stays acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "16")]
    pull_after: Option<String>,
}

/// Sends documents again, on the unit's present way, with their ids unchanged; of a unit that pulls, says from where it reads
/// them again.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/replays",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit")),
    request_body = ReplayRequest,
    responses((status = 200, description = "due now; 0 when there is no such document, or the unit pulls", body = ReplayAnswer))
)]
pub(super) async fn replay_deliveries(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    Json(body): Json<ReplayRequest>,
) -> Result<Json<ReplayAnswer>, Problem> {
    let cause = Cause::asked_by(
        format!("agent:{}", principal.subject),
        telemetry::propagation::current_traceparent(),
    );
    let command = ReplayDeliveries {
        unit: unit_code(unit)?,
        delivery_id: body.delivery_id,
        by: principal.subject,
    };
    let replayed = ctx.db.execute(&Replays, Asked { cause, command }).await;
    let replayed = replayed.map_err(|error| problem::executed(error, |never| match never {}))?;
    Ok(Json(ReplayAnswer {
        replayed: replayed.count,
        pull_after: replayed.pull_after.map(|after| after.to_string()),
    }))
}
