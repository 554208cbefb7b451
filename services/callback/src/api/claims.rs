//! The queues: take the next call, or the next task of the desk; put it back, call again at another time.
use super::view::CallbackView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::put_back::Command;
use crate::usecases::{claim_callbacks, get_callback};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::CallbackId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem, Query};

/// What an agent has taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Claim {
    /// Until when; after that another agent may take them. Absent when nothing is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
    /// The oldest promise first; what follows is of the same caller about the same matter: one call for all.
    pub items: Vec<CallbackView>,
}

/// Which queue.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Queue {
    /// `phone` (default): the next call, to whichever number. `desk`: what nobody can be asked about, to be judged.
    pub way: Option<QueueWord>,
}

/// What an agent takes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueWord {
    /// Calls.
    #[default]
    Phone,
    /// What the desk judges.
    Desk,
}

/// When the caller wants to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallAgain {
    /// Later than now, at most 14 days away; outside the calling hours of the order's rule it becomes their next beginning.
    pub at: DateTime<Utc>,
}

fn by(principal: &Principal) -> (String, Cause) {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    (by, cause)
}

/// Takes the next call that may be made at this hour, or the next task of the desk: the oldest promise that nobody has. Who has
/// one already gets that again.
#[utoipa::path(post, path = "/v1/callbacks/claims", tag = "queue", params(Queue), responses((status = 200, body = Claim)))]
pub async fn claim_callbacks(
    State(ctx): State<Ctx>,
    principal: Principal,
    Query(queue): Query<Queue>,
) -> Result<Json<Claim>, Problem> {
    let (by, cause) = by(&principal);
    let desk = queue.way.unwrap_or_default() == QueueWord::Desk;
    let command = claim_callbacks::Command { by, desk };
    let ids = ctx
        .db
        .execute(&ctx.claim, Asked { cause, command })
        .await
        .map_err(|e| error::never(&e))?;
    let mut tasks = get_callback::get_callbacks(&ctx.db, &ids)
        .await
        .map_err(|e| error::db(&e))?;
    tasks.sort_by_key(|task| ids.iter().position(|id| *id == task.callback_id));
    let until = tasks.first().and_then(|task| task.claimed_until);
    Ok(Json(Claim {
        until: until.map(|until| ctx.local(until)),
        items: tasks
            .into_iter()
            .map(|task| CallbackView::new(&ctx, task))
            .collect(),
    }))
}

/// Puts a task back into the queue.
#[utoipa::path(delete, path = "/v1/callbacks/{callback_id}/claim", tag = "queue",
    params(("callback_id" = Uuid, Path, description = "The task")),
    responses((status = 204, description = "Nobody has it any more"), (status = 404, description = "No such task"),
        (status = 409, description = "Another agent has it, or it is not due")))]
pub async fn release_claim(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(callback_id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    put_back(&ctx, &principal, callback_id, None).await
}

/// The caller was reached at a bad moment and wants to be called at another one, about everything that the call was about.
/// No attempt is counted.
#[utoipa::path(post, path = "/v1/callbacks/{callback_id}/call-again", tag = "queue", request_body = CallAgain,
    params(("callback_id" = Uuid, Path, description = "The task")),
    responses((status = 204, description = "It is due then, and nobody has it"), (status = 404, description = "No such task"),
        (status = 409, description = "Another agent has it, it is not due, or nobody calls about it"), (status = 422, description = "Not in the next 14 days")))]
pub async fn call_again(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(callback_id): Path<Uuid>,
    Json(form): Json<CallAgain>,
) -> Result<StatusCode, Problem> {
    put_back(&ctx, &principal, callback_id, Some(form.at)).await
}

async fn put_back(
    ctx: &Ctx,
    principal: &Principal,
    callback_id: Uuid,
    at: Option<DateTime<Utc>>,
) -> Result<StatusCode, Problem> {
    let (by, cause) = by(principal);
    let command = Command {
        callback_id: CallbackId(callback_id),
        by,
        at,
    };
    ctx.db
        .execute(&ctx.put_back, Asked { cause, command })
        .await
        .map_err(|e| error::put_back(&e))?;
    Ok(StatusCode::NO_CONTENT)
}
