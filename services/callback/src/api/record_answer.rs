//! POST /v1/callbacks/{callback_id}/answers: what the caller said, or that nobody was reached.
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::{Answer, OrderState, Said, TaskState};
use crate::usecases::record_answer::{Answered, Command};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use contracts::ids::CallbackId;
use contracts::words::Satisfaction;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use telemetry::redact::mask_numbers;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Path, Problem};

const ALSO_MAX: usize = 20;

/// The answer. When `reached` is true, the four questions must be answered; else they are not looked at, but for
/// `solved` of an order nobody can be called about: what the hotline takes the reply for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// Was the caller reached?
    pub reached: bool,
    /// Did the unit contact the caller?
    pub contacted: Option<bool>,
    /// Is it solved?
    pub solved: Option<bool>,
    /// `satisfied`, `basically_satisfied` or `not_satisfied` with the result.
    #[schema(value_type = Option<String>, example = "satisfied")]
    pub result: Option<Satisfaction>,
    /// The same with the attitude.
    #[schema(value_type = Option<String>, example = "satisfied")]
    pub attitude: Option<Satisfaction>,
    /// Note; for rework, what the caller still wants: the unit reads it, unless the order is confidential. Phone and
    /// identity numbers are masked before it is stored; a name is not recognised, so do not write any.
    #[serde(default)]
    pub remark: Option<String>,
    /// Other due tasks of the same caller to which the answer is the same, at most 20: one call for all of them.
    #[serde(default)]
    pub also: Vec<Uuid>,
}

/// What followed.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerResult {
    /// The task.
    pub callback_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// State of the task: `due` (call again), `recorded`, `unreachable`, `not_called` (judged at the desk).
    pub state: &'static str,
    /// Calls that reached nobody.
    pub attempts: i32,
    /// When to call again, while the task is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<FixedOffset>>,
    /// State of the order: `calling_back`, `open` (reworked), `closed`, or `held`: it closes so as soon as its coordination
    /// outcome 协调结果 is carried out.
    pub order_state: &'static str,
    /// How the order ended, or, while it is `held`, ends then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// Rework round of the order now.
    pub rework: i32,
    /// Claims of the unit that the caller denies: `solved`, `contacted`, `result`.
    pub contradicted: Vec<String>,
    /// The same of the other tasks that the answer was for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub also: Vec<AnswerResult>,
}

/// Records an answer. The same answer again gets the same result; another answer to a recorded task is refused.
#[utoipa::path(post, path = "/v1/callbacks/{callback_id}/answers", tag = "callbacks",
    params(("callback_id" = Uuid, Path, description = "The task"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    request_body = AnswerForm,
    responses((status = 201, body = AnswerResult), (status = 404, description = "No such task"),
        (status = 409, description = "Answered otherwise, not due, or reached although there is nobody to call"), (status = 422, description = "A question is not answered")))]
pub async fn record_answer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(callback_id): Path<Uuid>,
    key: Option<IdempotencyKey>,
    Json(form): Json<AnswerForm>,
) -> Result<(StatusCode, Json<AnswerResult>), Problem> {
    let by = format!("agent:{}", principal.subject);
    let also = others(callback_id, &form.also)?;
    let answer = parse(
        form,
        by.clone(),
        key.map(|key| key.0),
        ctx.config.remark_chars_max,
    )?;
    let cause = Cause::asked_by(by, telemetry::propagation::current_traceparent());
    let command = Command {
        callback_id: CallbackId(callback_id),
        also,
        link: None,
        answer,
    };
    let answered = ctx
        .record_answer
        .execute(Asked { cause, command })
        .await
        .map_err(|e| error::answer(&e))?;
    Ok((StatusCode::CREATED, Json(result(&ctx, answered))))
}

fn parse(
    form: AnswerForm,
    by: String,
    key: Option<String>,
    remark_chars_max: usize,
) -> Result<Answer, Problem> {
    let remark = form.remark.unwrap_or_default();
    if remark.chars().count() > remark_chars_max {
        let detail = format!("at most {remark_chars_max} characters");
        return Err(Problem::unprocessable("remark_too_long", detail).field("remark"));
    }
    let said = if form.reached {
        Some(
            Said::complete(form.contacted, form.solved, form.result, form.attitude)
                .map_err(error::missing)?,
        )
    } else {
        None
    };
    let judged = if form.reached { None } else { form.solved };
    Ok(Answer {
        said,
        judged,
        remark: mask_numbers(&remark).into_owned(),
        by,
        key,
        way: None,
        asked_with: None,
    })
}

/// Each once, and not the task itself.
fn others(callback_id: Uuid, also: &[Uuid]) -> Result<Vec<CallbackId>, Problem> {
    let distinct: BTreeSet<Uuid> = also.iter().copied().filter(|id| *id != callback_id).collect();
    if distinct.len() > ALSO_MAX {
        let detail = format!("at most {ALSO_MAX} tasks");
        return Err(Problem::unprocessable("too_many_tasks", detail).field("also"));
    }
    Ok(distinct.into_iter().map(CallbackId).collect())
}

fn result(ctx: &Ctx, answered: Answered) -> AnswerResult {
    let task = answered.task;
    AnswerResult {
        callback_id: task.callback_id.uuid(),
        order_id: answered.order_id.uuid(),
        state: task.state.word(),
        attempts: task.attempts,
        due_at: (task.state == TaskState::Due).then(|| ctx.local(task.due_at)),
        order_state: answered.state.word(),
        outcome: match answered.state {
            OrderState::Closed { outcome, .. } | OrderState::Held { outcome, .. } => Some(outcome.as_str()),
            OrderState::Open | OrderState::CallingBack => None,
        },
        rework: answered.rework,
        contradicted: match task.state {
            TaskState::Recorded(recorded) => recorded.contradicted,
            _ => Vec::new(),
        },
        also: answered
            .also
            .into_iter()
            .map(|other| result(ctx, other))
            .collect(),
    }
}
