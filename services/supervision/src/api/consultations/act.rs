//! What happens to a consultation: minutes, its end without a ruling, its cancellation.
use super::views::{ConsultationView, view};
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::domain::ConsultationAct;
use crate::usecases::consultations::{end, hold, read};
use axum::extract::State;
use contracts::cause::Asked;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Who came and what was said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MinutesForm {
    /// Which of the summoned units came; the others did not.
    pub came: Vec<String>,
    /// What was said.
    pub minutes: String,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndForm {
    /// Why.
    pub reason: String,
}

/// Writes down who came and what was said. Once: minutes do not change.
#[utoipa::path(post, path = "/v1/consultations/{consultation_id}/minutes", tag = "consultations",
    params(("consultation_id" = Uuid, Path, description = "The consultation")), request_body = MinutesForm,
    responses((status = 200, body = ConsultationView), (status = 404, description = "No such consultation"),
        (status = 409, description = "`consultation_conflict`: held before, or cancelled"),
        (status = 422, description = "A unit came that was not summoned")))]
pub async fn write_minutes(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(consultation_id): Path<Uuid>,
    Json(form): Json<MinutesForm>,
) -> Result<Json<ConsultationView>, Problem> {
    let (by, cause) = person(&principal);
    let command = hold::Command {
        consultation_id,
        came: form.came,
        minutes: error::long_text("minutes", &form.minutes)?,
        by,
    };
    let done = ctx
        .db
        .execute(&hold::HoldConsultation, Asked { cause, command })
        .await;
    done.map_err(|e| error::consult(&e))?;
    shown(&ctx, consultation_id).await
}

/// The meeting is called off.
#[utoipa::path(post, path = "/v1/consultations/{consultation_id}/cancel", tag = "consultations",
    params(("consultation_id" = Uuid, Path, description = "The consultation")), request_body = EndForm,
    responses((status = 200, body = ConsultationView), (status = 404, description = "No such consultation"),
        (status = 409, description = "`consultation_conflict`: it was held or cancelled before")))]
pub async fn cancel_consultation(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(consultation_id): Path<Uuid>,
    Json(form): Json<EndForm>,
) -> Result<Json<ConsultationView>, Problem> {
    finish(&ctx, &principal, consultation_id, ConsultationAct::Cancel, &form).await
}

/// They met, and it ends without a ruling; a disputed order waits for another one.
#[utoipa::path(post, path = "/v1/consultations/{consultation_id}/end", tag = "consultations",
    params(("consultation_id" = Uuid, Path, description = "The consultation")), request_body = EndForm,
    responses((status = 200, body = ConsultationView), (status = 404, description = "No such consultation"),
        (status = 409, description = "`consultation_conflict`: not held, or it has ended")))]
pub async fn end_consultation(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(consultation_id): Path<Uuid>,
    Json(form): Json<EndForm>,
) -> Result<Json<ConsultationView>, Problem> {
    finish(&ctx, &principal, consultation_id, ConsultationAct::End, &form).await
}

async fn finish(
    ctx: &Ctx,
    principal: &Principal,
    consultation_id: Uuid,
    act: ConsultationAct,
    form: &EndForm,
) -> Result<Json<ConsultationView>, Problem> {
    let (by, cause) = person(principal);
    let command = end::Command {
        consultation_id,
        act,
        reason: error::text("reason", &form.reason)?,
        by,
    };
    let done = ctx
        .db
        .execute(&end::EndConsultation, Asked { cause, command })
        .await;
    done.map_err(|e| error::consult(&e))?;
    shown(ctx, consultation_id).await
}

/// The consultation as it stands now.
pub(super) async fn shown(ctx: &Ctx, consultation_id: Uuid) -> Result<Json<ConsultationView>, Problem> {
    let found = error::found(read::get(&ctx.db, consultation_id).await)?;
    Ok(Json(view(ctx, found)))
}
