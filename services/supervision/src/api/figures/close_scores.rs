//! POST /v1/scores/{period}/closing and …/corrections: a month is frozen; what becomes known later is a new revision.
use super::note;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::scores::{RequestClosing, RequestCommand};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingForm {
    /// Why; it stays with the revision.
    pub reason: String,
}

/// What was taken on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingView {
    /// `YYYY-MM`
    pub period: String,
    /// Done by a job within seconds to minutes; see `waits` of the scores.
    pub waits: bool,
}

/// Freezes a month that is over: cases, rules and scores.
#[utoipa::path(post, path = "/v1/scores/{period}/closing", tag = "scores", request_body = ClosingForm,
    params(("period" = String, Path, description = "YYYY-MM")),
    responses((status = 202, body = ClosingView), (status = 409, description = "Not over, closed already, or waiting")))]
pub async fn close_scores(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(period): Path<String>,
    Json(form): Json<ClosingForm>,
) -> Result<(StatusCode, Json<ClosingView>), Problem> {
    ask(&ctx, &principal, period, &form, false).await
}

/// A new revision of a closed month, from what is known now (late facts, exclusions) and the rules of now. The
/// revisions before stay as they are.
#[utoipa::path(post, path = "/v1/scores/{period}/corrections", tag = "scores", request_body = ClosingForm,
    params(("period" = String, Path, description = "YYYY-MM")),
    responses((status = 202, body = ClosingView), (status = 409, description = "Not closed yet, or waiting")))]
pub async fn correct_scores(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(period): Path<String>,
    Json(form): Json<ClosingForm>,
) -> Result<(StatusCode, Json<ClosingView>), Problem> {
    ask(&ctx, &principal, period, &form, true).await
}

async fn ask(
    ctx: &Ctx,
    principal: &Principal,
    period: String,
    form: &ClosingForm,
    correction: bool,
) -> Result<(StatusCode, Json<ClosingView>), Problem> {
    let actor = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(actor, telemetry::propagation::current_traceparent());
    let command = RequestCommand {
        period: period.clone(),
        correction,
        reason: note("reason", &form.reason)?,
    };
    let work = RequestClosing { offset: ctx.offset() };
    let done = ctx.db.execute(&work, Asked { cause, command }).await;
    done.map_err(|e| error::closing(&e))?;
    Ok((StatusCode::ACCEPTED, Json(ClosingView { period, waits: true })))
}
