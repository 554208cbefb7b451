//! POST /v1/consultations: units are summoned.
use super::once_each;
use super::views::{ConsultationView, view};
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::consultations::open::{Command, OpenConsultation};
use crate::usecases::consultations::read;
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

/// Who meets about what, when and where.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationForm {
    /// The orders it is about, 1 to 50.
    pub orders: Vec<Uuid>,
    /// Codes of the units that are summoned, 1 to 50.
    #[schema(example = json!(["SJ-MUNI", "QY-WATER"]))]
    pub units: Vec<String>,
    /// What is to be settled; the units are told.
    pub question: String,
    /// When they meet.
    pub meets_at: DateTime<FixedOffset>,
    /// Where they meet; the units are told.
    pub meets_where: String,
    /// They meet where it is: on-site supervision 现场督办.
    #[serde(default)]
    pub on_site: bool,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
}

/// Summons units to settle whose an order is, or what becomes of it.
#[utoipa::path(post, path = "/v1/consultations", tag = "consultations",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    request_body = ConsultationForm,
    responses((status = 201, body = ConsultationView),
        (status = 422, description = "`invalid_field`, `order_unknown`, `order_closed`, `unit_unknown`, `supervision_unknown`: `field` names which")))]
pub async fn open_consultation(
    State(ctx): State<Ctx>,
    principal: Principal,
    key: Option<IdempotencyKey>,
    Json(form): Json<ConsultationForm>,
) -> Result<Response, Problem> {
    let (by, cause) = person(&principal);
    let hash = web::idempotency::request_hash(&form);
    let command = command(form, by, key.map(|IdempotencyKey(key)| (key, hash)))?;
    let opened = ctx.db.execute(&OpenConsultation, Asked { cause, command }).await;
    let opened = opened.map_err(|e| error::open_consultation(&e))?;
    let found = error::found(read::get(&ctx.db, opened.row.consultation_id).await)?;
    let mut answer = (StatusCode::CREATED, Json(view(&ctx, found))).into_response();
    if opened.repeated {
        answer
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(answer)
}

fn command(
    form: ConsultationForm,
    by: String,
    attempt: Option<(String, [u8; 32])>,
) -> Result<Command, Problem> {
    once_each("orders", &form.orders)?;
    let units: Vec<String> = form
        .units
        .iter()
        .map(|unit| error::code("units", unit))
        .collect::<Result<_, _>>()?;
    once_each("units", &units)?;
    Ok(Command {
        orders: form.orders.into_iter().map(OrderId).collect(),
        units,
        question: error::text("question", &form.question)?,
        meets_at: form.meets_at.to_utc(),
        meets_where: error::text("meets_where", &form.meets_where)?,
        on_site: form.on_site,
        supervision_id: form.supervision_id,
        by,
        attempt,
    })
}
