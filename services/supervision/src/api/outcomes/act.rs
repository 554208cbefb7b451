//! What people find about an outcome: a part is carried out, or it is given up.
use super::error;
use super::views::{OutcomeView, view};
use crate::api::error as problems;
use crate::api::person;
use crate::ctx::Ctx;
use crate::usecases::outcomes::act::{ActOnOutcome, Command, What};
use crate::usecases::outcomes::read;
use axum::extract::State;
use contracts::cause::Asked;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// What was found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportForm {
    /// What was found where it is, and by which document; the units are told.
    pub report: String,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DropForm {
    /// Why; the units are told.
    pub reason: String,
}

/// A part is found to be carried out. With the last one the outcome is, and the order may close.
#[utoipa::path(post, path = "/v1/outcomes/{outcome_id}/parts/{number}/carried-out", tag = "outcomes",
    params(("outcome_id" = Uuid, Path, description = "The outcome"), ("number" = i32, Path, description = "The part: 1, 2, 3, …")),
    request_body = ReportForm,
    responses((status = 200, body = OutcomeView), (status = 404, description = "No such outcome or part"),
        (status = 409, description = "`outcome_conflict`: found before in other words, or the outcome has ended")))]
pub async fn carry_out_part(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((outcome_id, number)): Path<(Uuid, i32)>,
    Json(form): Json<ReportForm>,
) -> Result<Json<OutcomeView>, Problem> {
    let said = problems::text("report", &form.report)?;
    act(&ctx, &principal, outcome_id, What::CarriedOut(number), said).await
}

/// The outcome is given up, by another person than the one who recorded it; it holds its order no longer.
#[utoipa::path(post, path = "/v1/outcomes/{outcome_id}/drop", tag = "outcomes",
    params(("outcome_id" = Uuid, Path, description = "The outcome")), request_body = DropForm,
    responses((status = 200, body = OutcomeView), (status = 404, description = "No such outcome"),
        (status = 409, description = "`outcome_conflict`: it has ended"),
        (status = 422, description = "`second_person_needed`")))]
pub async fn drop_outcome(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(outcome_id): Path<Uuid>,
    Json(form): Json<DropForm>,
) -> Result<Json<OutcomeView>, Problem> {
    let said = problems::text("reason", &form.reason)?;
    act(&ctx, &principal, outcome_id, What::Dropped, said).await
}

async fn act(
    ctx: &Ctx,
    principal: &Principal,
    outcome_id: Uuid,
    what: What,
    said: String,
) -> Result<Json<OutcomeView>, Problem> {
    let (by, cause) = person(principal);
    let command = Command {
        outcome_id,
        what,
        said,
        by,
    };
    let done = ctx.db.execute(&ActOnOutcome, Asked { cause, command }).await;
    done.map_err(|e| error::act(&e))?;
    let found = error::found(read::get(&ctx.db, outcome_id).await)?;
    Ok(Json(view(ctx, found)))
}
