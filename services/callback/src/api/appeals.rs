//! Appeals 申诉: a unit sees the answers about its work, says that one is wrong, and the hotline decides.
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::list_reviews::{self, Appeal, Position, UnitAnswer};
use crate::usecases::review_appeal::ReviewAppeal;
use crate::usecases::{open_appeal, review_appeal};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use contracts::ids::{AppealId, CallbackId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use telemetry::redact::mask_numbers;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Page, Path, Problem, Query, page};

/// An appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealForm {
    /// Why the answer is wrong; numbers are masked.
    pub ground: String,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealReview {
    /// True: the answer counts in no figure of the unit. False: it stands.
    pub uphold: bool,
    /// Why; numbers are masked.
    pub reason: String,
}

/// Which appeals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppealFilter {
    /// `open` (default), `upheld` or `rejected`.
    pub state: Option<AppealWord>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// States of an appeal.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppealWord {
    /// Waits for its review.
    #[default]
    Open,
    /// The answer does not count.
    Upheld,
    /// The answer stands.
    Rejected,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// An appeal.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppealView {
    /// The appeal.
    pub appeal_id: Uuid,
    /// The answer.
    pub callback_id: Uuid,
    /// Its order.
    pub order_id: Uuid,
    /// The unit.
    pub unit: String,
    /// Why the answer is wrong.
    pub ground: String,
    /// Who says so.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<FixedOffset>,
    /// `open`, `upheld`, `rejected`.
    pub state: String,
    /// Why so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who reviewed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<DateTime<FixedOffset>>,
}

/// An answer about a unit's work: no remark and nothing of the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitAnswerView {
    /// The task, for an appeal.
    pub callback_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: String,
    /// Satisfied with the attitude?
    pub attitude: String,
    /// Claims of the unit that the caller denies.
    pub contradicted: Vec<String>,
    /// When the caller answered.
    pub answered_at: DateTime<FixedOffset>,
    /// State of the appeal, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal: Option<String>,
}

fn view(ctx: &Ctx, appeal: Appeal) -> AppealView {
    AppealView {
        appeal_id: appeal.appeal_id,
        callback_id: appeal.callback_id,
        order_id: appeal.order_id,
        unit: appeal.unit,
        ground: appeal.ground,
        opened_by: appeal.opened_by,
        opened_at: ctx.local(appeal.opened_at),
        state: appeal.state,
        reason: appeal.reason,
        reviewed_by: appeal.reviewed_by,
        reviewed_at: appeal.reviewed_at.map(|at| ctx.local(at)),
    }
}

fn unit_answer(ctx: &Ctx, answer: UnitAnswer) -> UnitAnswerView {
    UnitAnswerView {
        callback_id: answer.callback_id,
        order_id: answer.order_id,
        order_number: answer.order_number,
        generation: answer.generation,
        rework: answer.rework,
        contacted: answer.contacted,
        solved: answer.solved,
        result: answer.result,
        attitude: answer.attitude,
        contradicted: answer.contradicted,
        answered_at: ctx.local(answer.answered_at),
        appeal: answer.appeal,
    }
}

/// A text that must be there, masked.
pub(super) fn text(ctx: &Ctx, field: &'static str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        let problem = Problem::unprocessable("missing_field", format!("{field} must be given"));
        return Err(problem.detail_zh(format!("必须填写 {field}")).field(field));
    }
    let max = ctx.config.remark_chars_max;
    if text.chars().count() > max {
        return Err(
            Problem::unprocessable("remark_too_long", format!("at most {max} characters")).field(field),
        );
    }
    Ok(mask_numbers(text).into_owned())
}

pub(super) fn by(principal: &Principal) -> (String, Cause) {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    (by, cause)
}

/// Answers about a unit's work, newest first.
#[utoipa::path(get, path = "/v1/units/{unit}/answers", tag = "appeals",
    params(("unit" = String, Path, description = "The unit"), Which),
    responses((status = 200, body = Page<UnitAnswerView>), (status = 403, description = "Another unit")))]
pub async fn list_unit_answers(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    Query(which): Query<Which>,
) -> Result<Json<Page<UnitAnswerView>>, Problem> {
    principal.require_unit(&unit)?;
    let limit = page::limit(which.limit)?;
    let before: Option<Position> = page::decode(which.after.as_deref(), "after")?;
    let rows = list_reviews::answers_of_unit(&ctx.db, &unit, before, limit + 1)
        .await
        .map_err(|e| error::db(&e))?;
    let page = Page::from_rows(rows, limit, |answer| (answer.answered_at, answer.callback_id));
    Ok(Json(page.map(|answer| unit_answer(&ctx, answer))))
}

/// A unit says that an answer about its work is wrong. The same appeal again is the same appeal.
#[utoipa::path(post, path = "/v1/units/{unit}/answers/{callback_id}/appeals", tag = "appeals",
    params(("unit" = String, Path, description = "The unit"), ("callback_id" = Uuid, Path, description = "The answer")),
    request_body = AppealForm,
    responses((status = 201, body = AppealView), (status = 403, description = "Another unit"),
        (status = 404, description = "No such answer about this unit's work"),
        (status = 409, description = "Too late, nothing bad in it, or there is another appeal"), (status = 422, description = "No ground")))]
pub async fn open_appeal(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, callback_id)): Path<(String, Uuid)>,
    Json(form): Json<AppealForm>,
) -> Result<(StatusCode, Json<AppealView>), Problem> {
    principal.require_unit(&unit)?;
    let (by, cause) = by(&principal);
    let command = open_appeal::Command {
        callback_id: CallbackId(callback_id),
        unit,
        ground: text(&ctx, "ground", &form.ground)?,
        by,
        said_at: None,
    };
    let appeal = ctx
        .db
        .execute(&ctx.open_appeal, Asked { cause, command })
        .await
        .map_err(|e| error::appeal(&ctx, &e))?;
    Ok((StatusCode::CREATED, Json(view(&ctx, appeal))))
}

/// Appeals of one state, oldest first.
#[utoipa::path(get, path = "/v1/appeals", tag = "appeals", params(AppealFilter), responses((status = 200, body = Page<AppealView>)))]
pub async fn list_appeals(
    State(ctx): State<Ctx>,
    Query(filter): Query<AppealFilter>,
) -> Result<Json<Page<AppealView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let after: Option<Position> = page::decode(filter.after.as_deref(), "after")?;
    let state = match filter.state.unwrap_or_default() {
        AppealWord::Open => "open",
        AppealWord::Upheld => "upheld",
        AppealWord::Rejected => "rejected",
    };
    let rows = list_reviews::appeals(&ctx.db, state, after, limit + 1)
        .await
        .map_err(|e| error::db(&e))?;
    let page = Page::from_rows(rows, limit, |appeal| (appeal.opened_at, appeal.appeal_id));
    Ok(Json(page.map(|appeal| view(&ctx, appeal))))
}

/// Decides about an appeal, once; somebody else than who opened it.
#[utoipa::path(post, path = "/v1/appeals/{appeal_id}/review", tag = "appeals",
    params(("appeal_id" = Uuid, Path, description = "The appeal")), request_body = AppealReview,
    responses((status = 200, body = AppealView), (status = 404, description = "No such appeal"),
        (status = 409, description = "Reviewed otherwise, or by the appellant"), (status = 422, description = "No reason")))]
pub async fn review_appeal(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(appeal_id): Path<Uuid>,
    Json(form): Json<AppealReview>,
) -> Result<Json<AppealView>, Problem> {
    let (by, cause) = by(&principal);
    let command = review_appeal::Command {
        appeal_id: AppealId(appeal_id),
        uphold: form.uphold,
        reason: text(&ctx, "reason", &form.reason)?,
        by,
    };
    let appeal = ctx
        .db
        .execute(&ReviewAppeal, Asked { cause, command })
        .await
        .map_err(|e| error::appeal(&ctx, &e))?;
    Ok(Json(view(&ctx, appeal)))
}
