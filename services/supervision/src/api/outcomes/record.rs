//! POST /v1/outcomes: a meeting ended in an outcome.
use super::error;
use super::views::{OutcomeView, view};
use crate::api::error as problems;
use crate::api::person;
use crate::ctx::Ctx;
use crate::usecases::outcomes::read;
use crate::usecases::outcomes::record::{Command, RecordOutcome};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Problem};

/// Most parts of an outcome.
const PARTS_MAX: usize = 50;

/// What was agreed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeForm {
    /// The order.
    pub order_id: Uuid,
    /// Code of the unit that must carry it out.
    #[schema(example = "SJ-HOUSING")]
    pub unit: String,
    /// What was agreed; the units are told.
    #[schema(example = "先为二十户办理，其余分期办理")]
    pub text: String,
    /// Its parts, 1 to 50, in the order of their numbers.
    pub parts: Vec<PartForm>,
    /// The consultation where it was agreed.
    pub consultation_id: Option<Uuid>,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
}

/// One part.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartForm {
    /// What is done.
    pub what: String,
    /// Until when.
    pub until: DateTime<FixedOffset>,
}

/// Records what units promised where they met. From now on the order closes only when all of it is carried out, or given up;
/// the unit and those who have the order are told.
#[utoipa::path(post, path = "/v1/outcomes", tag = "outcomes",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    request_body = OutcomeForm,
    responses((status = 201, body = OutcomeView),
        (status = 409, description = "`order_closed`; `outcome_exists`: another one is not carried out yet"),
        (status = 422, description = "`invalid_field`, `order_unknown`, `unit_unknown`: `field` names which")))]
pub async fn record_outcome(
    State(ctx): State<Ctx>,
    principal: Principal,
    key: Option<IdempotencyKey>,
    Json(form): Json<OutcomeForm>,
) -> Result<Response, Problem> {
    let (by, cause) = person(&principal);
    let hash = web::idempotency::request_hash(&form);
    let command = command(&form, by, key.map(|IdempotencyKey(key)| (key, hash)))?;
    let recorded = ctx.db.execute(&RecordOutcome, Asked { cause, command }).await;
    let recorded = recorded.map_err(|e| error::record(&e))?;
    let found = error::found(read::get(&ctx.db, recorded.outcome_id).await)?;
    let mut answer = (StatusCode::CREATED, Json(view(&ctx, found))).into_response();
    if recorded.repeated {
        answer
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(answer)
}

fn command(form: &OutcomeForm, by: String, attempt: Option<(String, [u8; 32])>) -> Result<Command, Problem> {
    if form.parts.is_empty() || form.parts.len() > PARTS_MAX {
        return Err(problems::field(
            "parts",
            "must have 1 to 50 entries",
            "须为 1 至 50 项",
        ));
    }
    let parts = form.parts.iter().enumerate().map(|(place, part)| {
        let what = problems::text("what", &part.what);
        let what = what.map_err(|problem| problem.field(format!("parts[{place}].what")))?;
        Ok((what, part.until.to_utc()))
    });
    Ok(Command {
        order_id: OrderId(form.order_id),
        consultation_id: form.consultation_id,
        supervision_id: form.supervision_id,
        unit: problems::code("unit", &form.unit)?,
        agreed: problems::text("text", &form.text)?,
        parts: parts.collect::<Result<_, Problem>>()?,
        by,
        attempt,
    })
}
