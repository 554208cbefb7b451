//! POST /v1/supervision-orders/{id}/…: what people do with one.
use super::error as problem;
use super::list::detail;
use super::views::SupervisionDetail;
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::domain::supervision::Evidence;
use crate::usecases::supervise::{Command, Supervise, What};
use axum::extract::State;
use contracts::cause::Asked;
use contracts::ids::SupervisionId;
use contracts::words::SupervisionLevel;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Most pieces of evidence in one answer.
const EVIDENCE_MAX: usize = 20;

/// In words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsForm {
    /// Why, or what is demanded.
    pub text: String,
}

/// Higher.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateForm {
    /// The rung; absent = the next one of the ladder.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub level: Option<SupervisionLevel>,
    /// What is demanded; the unit is told.
    pub text: String,
}

/// A piece of evidence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceForm {
    /// A code that the rung asks for.
    pub code: String,
    /// Number of the document, or where it lies.
    pub reference: String,
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// What the unit says.
    pub text: String,
    /// Everything the rung asks for.
    #[serde(default)]
    pub evidence: Vec<EvidenceForm>,
}

/// The end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DischargeForm {
    /// How.
    pub outcome: Ending,
    /// Why.
    pub text: String,
}

/// How a person ends one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// What the accepted answer promised has been done.
    CarriedOut,
    /// It should not have been opened.
    Unfounded,
}

async fn act(
    ctx: &Ctx,
    principal: &Principal,
    supervision_id: Uuid,
    what: What,
    text: &str,
) -> Result<Json<SupervisionDetail>, Problem> {
    let (by, cause) = person(principal);
    let command = Command {
        supervision_id: SupervisionId(supervision_id),
        what,
        text: error::text("text", text)?,
        by,
    };
    let work = Supervise {
        policy: ctx.config.policy(),
        shelf: ctx.shelf.clone(),
        policies: ctx.policies.clone(),
    };
    let done = ctx.db.execute(&work, Asked { cause, command }).await;
    done.map_err(|e| problem::supervise(&e))?;
    detail(ctx, principal, supervision_id).await.map(Json)
}

/// Opens the rung that is proposed.
#[utoipa::path(post, path = "/v1/supervision-orders/{supervision_id}/open", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")), request_body = WordsForm,
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order"),
        (status = 409, description = "No rung is proposed")))]
pub async fn open_proposed(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
    Json(form): Json<WordsForm>,
) -> Result<Json<SupervisionDetail>, Problem> {
    act(&ctx, &principal, supervision_id, What::Open, &form.text).await
}

/// Opens a higher rung.
#[utoipa::path(post, path = "/v1/supervision-orders/{supervision_id}/escalate", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")), request_body = EscalateForm,
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order"),
        (status = 409, description = "Discharged, or on this rung already"),
        (status = 422, description = "The ladder has no such rung")))]
pub async fn escalate(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
    Json(form): Json<EscalateForm>,
) -> Result<Json<SupervisionDetail>, Problem> {
    let what = What::Escalate(form.level);
    act(&ctx, &principal, supervision_id, what, &form.text).await
}

/// Records what the unit brought, with everything the rung asks for. Another person reviews it.
#[utoipa::path(post, path = "/v1/supervision-orders/{supervision_id}/answer", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")), request_body = AnswerForm,
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order"),
        (status = 409, description = "Nothing is to be answered"),
        (status = 422, description = "Evidence is missing, or not asked for")))]
pub async fn answer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
    Json(form): Json<AnswerForm>,
) -> Result<Json<SupervisionDetail>, Problem> {
    if form.evidence.len() > EVIDENCE_MAX {
        return Err(error::field("evidence", "at most 20 pieces", "材料不超过 20 件"));
    }
    let evidence = form.evidence.iter().map(|piece| {
        Ok(Evidence {
            code: piece.code.clone(),
            reference: error::text("evidence", &piece.reference)?,
        })
    });
    let what = What::Answer(evidence.collect::<Result<_, Problem>>()?);
    act(&ctx, &principal, supervision_id, what, &form.text).await
}

/// Finds the answer good: what it promises remains to be carried out. Not by the person who recorded it.
#[utoipa::path(post, path = "/v1/supervision-orders/{supervision_id}/accept", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")), request_body = WordsForm,
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order"),
        (status = 409, description = "No answer waits"), (status = 422, description = "A second person must review")))]
pub async fn accept(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
    Json(form): Json<WordsForm>,
) -> Result<Json<SupervisionDetail>, Problem> {
    act(&ctx, &principal, supervision_id, What::Accept, &form.text).await
}

/// Finds the answer wanting: the limit of the rung counts anew from now. Not by the person who recorded it.
#[utoipa::path(post, path = "/v1/supervision-orders/{supervision_id}/reject", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")), request_body = WordsForm,
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order"),
        (status = 409, description = "No answer waits"), (status = 422, description = "A second person must review")))]
pub async fn reject(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
    Json(form): Json<WordsForm>,
) -> Result<Json<SupervisionDetail>, Problem> {
    act(&ctx, &principal, supervision_id, What::Reject, &form.text).await
}

/// 销号: `carried_out` once the answer was accepted, `unfounded` at any time.
#[utoipa::path(post, path = "/v1/supervision-orders/{supervision_id}/discharge", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")), request_body = DischargeForm,
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order"),
        (status = 409, description = "Discharged before, or nothing accepted was carried out")))]
pub async fn discharge(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
    Json(form): Json<DischargeForm>,
) -> Result<Json<SupervisionDetail>, Problem> {
    let outcome = match form.outcome {
        Ending::CarriedOut => "carried_out",
        Ending::Unfounded => "unfounded",
    };
    let what = What::Discharge(outcome.to_owned());
    act(&ctx, &principal, supervision_id, what, &form.text).await
}
