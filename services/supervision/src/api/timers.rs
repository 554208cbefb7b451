//! GET /v1/timers and POST /v1/timers/release: how late the timers are, and the storm brake.
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::brake_timers::{self, Command, ReleaseTimers};
use crate::usecases::fire_timers::lag;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::Asked;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Problem};

/// The timers.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimersView {
    /// How late the oldest armed timer is, in seconds.
    pub lag_secs: i64,
    /// True while the storm brake holds all timers.
    pub held: bool,
    /// Since when it holds, or held last.
    pub held_at: Option<DateTime<FixedOffset>>,
    /// How many were due then.
    pub held_due: Option<i32>,
    /// When a person let them fire.
    pub released_at: Option<DateTime<FixedOffset>>,
}

/// Why they may fire.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseForm {
    /// Why; kept with the hold.
    pub reason: String,
}

/// How late the timers are, and whether the storm brake holds them.
#[utoipa::path(get, path = "/v1/timers", tag = "timers", responses((status = 200, body = TimersView)))]
pub async fn get_timers(State(ctx): State<Ctx>) -> Result<Json<TimersView>, Problem> {
    let late = lag(&ctx.db).await.map_err(|e| error::db(&e))?;
    let hold = brake_timers::newest(&ctx.db).await.map_err(|e| error::db(&e))?;
    Ok(Json(TimersView {
        lag_secs: late.num_seconds(),
        held: hold.as_ref().is_some_and(|hold| hold.released_at.is_none()),
        held_at: hold.as_ref().map(|hold| ctx.local(hold.held_at)),
        held_due: hold.as_ref().map(|hold| hold.due),
        released_at: hold.and_then(|hold| hold.released_at).map(|at| ctx.local(at)),
    }))
}

/// Lets the timers fire that the storm brake holds.
#[utoipa::path(post, path = "/v1/timers/release", tag = "timers", request_body = ReleaseForm,
    responses((status = 200, body = TimersView), (status = 409, description = "No timers are held")))]
pub async fn release_timers(
    state: State<Ctx>,
    principal: Principal,
    Json(form): Json<ReleaseForm>,
) -> Result<Json<TimersView>, Problem> {
    let (by, cause) = person(&principal);
    let reason = error::text("reason", &form.reason)?;
    let command = Command { by, reason };
    let done = state.0.db.execute(&ReleaseTimers, Asked { cause, command }).await;
    done.map_err(|e| error::release(&e))?;
    get_timers(state).await
}
