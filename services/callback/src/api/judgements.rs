//! Judgements: one person proposes that a demand is unreasonable or impossible, another decides.
use super::appeals::{by, text};
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::list_reviews::{self, Judgement, Position};
use crate::usecases::propose_judgement::ProposeJudgement;
use crate::usecases::{propose_judgement, review_judgement};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::Asked;
use contracts::ids::{JudgementId, OrderId};
use contracts::words::Finding;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Page, Path, Problem, Query, page};

/// A proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgementForm {
    /// `unreasonable` 诉求不合理 or `impossible` 客观上无法解决.
    #[schema(value_type = String, example = "unreasonable")]
    pub finding: Finding,
    /// Why; numbers are masked.
    pub reason: String,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgementReview {
    /// True: the order ends, and its answers count in no figure.
    pub confirm: bool,
    /// Why; numbers are masked.
    pub reason: String,
}

/// Which judgements.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JudgementFilter {
    /// `open` (default), `confirmed` or `rejected`.
    pub state: Option<JudgementWord>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// States of a judgement.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JudgementWord {
    /// Waits for its review.
    #[default]
    Open,
    /// It is so.
    Confirmed,
    /// It is not.
    Rejected,
}

/// A judgement.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgementView {
    /// The judgement.
    pub judgement_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// `unreasonable`, `impossible`.
    pub finding: String,
    /// Why.
    pub reason: String,
    /// Who proposes it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<FixedOffset>,
    /// `open`, `confirmed`, `rejected`.
    pub state: String,
    /// What the second person says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<String>,
    /// Who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<DateTime<FixedOffset>>,
}

fn view(ctx: &Ctx, judgement: Judgement) -> JudgementView {
    JudgementView {
        judgement_id: judgement.judgement_id,
        order_id: judgement.order_id,
        finding: judgement.finding,
        reason: judgement.reason,
        proposed_by: judgement.proposed_by,
        proposed_at: ctx.local(judgement.proposed_at),
        state: judgement.state,
        review: judgement.review,
        reviewed_by: judgement.reviewed_by,
        reviewed_at: judgement.reviewed_at.map(|at| ctx.local(at)),
    }
}

/// Proposes a judgement about an open order to whose reply a caller has said "no".
#[utoipa::path(post, path = "/v1/orders/{order_id}/judgements", tag = "judgements",
    params(("order_id" = Uuid, Path, description = "The order")), request_body = JudgementForm,
    responses((status = 201, body = JudgementView), (status = 404, description = "No such order"),
        (status = 409, description = "The order has ended, nobody has said no, or another one waits"), (status = 422, description = "No reason")))]
pub async fn propose_judgement(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    Json(form): Json<JudgementForm>,
) -> Result<(StatusCode, Json<JudgementView>), Problem> {
    let (by, cause) = by(&principal);
    let command = propose_judgement::Command {
        order_id: OrderId(order_id),
        finding: form.finding,
        reason: text(&ctx, "reason", &form.reason)?,
        by,
    };
    let judgement = ctx
        .db
        .execute(&ProposeJudgement, Asked { cause, command })
        .await
        .map_err(|e| error::judgement(&e))?;
    Ok((StatusCode::CREATED, Json(view(&ctx, judgement))))
}

/// Judgements of one state, oldest first.
#[utoipa::path(get, path = "/v1/judgements", tag = "judgements", params(JudgementFilter), responses((status = 200, body = Page<JudgementView>)))]
pub async fn list_judgements(
    State(ctx): State<Ctx>,
    Query(filter): Query<JudgementFilter>,
) -> Result<Json<Page<JudgementView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let after: Option<Position> = page::decode(filter.after.as_deref(), "after")?;
    let state = match filter.state.unwrap_or_default() {
        JudgementWord::Open => "open",
        JudgementWord::Confirmed => "confirmed",
        JudgementWord::Rejected => "rejected",
    };
    let rows = list_reviews::judgements(&ctx.db, state, after, limit + 1)
        .await
        .map_err(|e| error::db(&e))?;
    let page = Page::from_rows(rows, limit, |judgement| {
        (judgement.proposed_at, judgement.judgement_id)
    });
    Ok(Json(page.map(|judgement| view(&ctx, judgement))))
}

/// Decides about a judgement, once; somebody else than who proposed it.
#[utoipa::path(post, path = "/v1/judgements/{judgement_id}/review", tag = "judgements",
    params(("judgement_id" = Uuid, Path, description = "The judgement")), request_body = JudgementReview,
    responses((status = 200, body = JudgementView), (status = 404, description = "No such judgement"),
        (status = 409, description = "Reviewed otherwise, by the same person, or the order has ended"), (status = 422, description = "No reason")))]
pub async fn review_judgement(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(judgement_id): Path<Uuid>,
    Json(form): Json<JudgementReview>,
) -> Result<Json<JudgementView>, Problem> {
    let (by, cause) = by(&principal);
    let command = review_judgement::Command {
        judgement_id: JudgementId(judgement_id),
        confirm: form.confirm,
        review: text(&ctx, "reason", &form.reason)?,
        by,
    };
    let judgement = ctx
        .db
        .execute(&ctx.review_judgement, Asked { cause, command })
        .await
        .map_err(|e| error::judgement(&e))?;
    Ok(Json(view(&ctx, judgement)))
}
