//! POST /v1/consultations/{consultation_id}/ruling: whose an order is.
use super::LIST_MAX;
use super::act::shown;
use super::views::ConsultationView;
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::consultations::rule::{Command, MakeRuling};
use axum::extract::State;
use chrono::NaiveDate;
use contracts::cause::Asked;
use contracts::ids::OrderId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// What was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulingForm {
    /// Which of the orders; may be left out when there is only one.
    pub order_id: Option<Uuid>,
    /// 主办: it may not return the order.
    #[schema(example = "SJ-MUNI")]
    pub lead: String,
    /// 协办
    #[serde(default)]
    pub co_handlers: Vec<String>,
    /// The matter it is about; the order's by default.
    pub matter: Option<String>,
    /// The area it holds in; the finest division of the order's place by default.
    pub division: Option<String>,
    /// 条件 in the grammar of duties, `地名=柳巷支路;权属=无主`; none by default.
    #[serde(default)]
    pub conditions: String,
    /// The document: 会商纪要 and its number.
    pub basis: String,
    /// First day; the day it is enacted by default.
    pub valid_from: Option<NaiveDate>,
    /// Last day; until further notice by default.
    pub valid_to: Option<NaiveDate>,
}

/// Names who owns an order. Routing assigns it without right of return and makes the ruling a duty; when it cannot, the
/// consultation is shown as `refused` with what is at fault, and may rule again.
#[utoipa::path(post, path = "/v1/consultations/{consultation_id}/ruling", tag = "consultations",
    params(("consultation_id" = Uuid, Path, description = "The consultation")), request_body = RulingForm,
    responses((status = 201, body = ConsultationView), (status = 404, description = "No such consultation"),
        (status = 409, description = "`consultation_conflict`: not held yet, or it has ended; `ruled_before`; `order_closed`"),
        (status = 422, description = "`invalid_field`: `field` names which")))]
pub async fn make_ruling(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(consultation_id): Path<Uuid>,
    Json(form): Json<RulingForm>,
) -> Result<(StatusCode, Json<ConsultationView>), Problem> {
    let (by, cause) = person(&principal);
    let command = command(consultation_id, &form, by)?;
    let done = ctx.db.execute(&MakeRuling, Asked { cause, command }).await;
    done.map_err(|e| error::consult(&e))?;
    Ok((StatusCode::CREATED, shown(&ctx, consultation_id).await?))
}

fn command(consultation_id: Uuid, form: &RulingForm, by: String) -> Result<Command, Problem> {
    if form.co_handlers.len() > LIST_MAX {
        return Err(error::field(
            "co_handlers",
            "must have at most 50 entries",
            "不得超过 50 项",
        ));
    }
    if form
        .valid_from
        .zip(form.valid_to)
        .is_some_and(|(from, to)| to < from)
    {
        return Err(error::field(
            "valid_to",
            "is before valid_from",
            "早于 valid_from",
        ));
    }
    let co_handlers = form
        .co_handlers
        .iter()
        .map(|unit| error::code("co_handlers", unit));
    let conditions = form.conditions.trim().to_owned();
    if conditions.chars().count() > CONDITIONS_CHARS_MAX {
        return Err(error::field(
            "conditions",
            "must have at most 500 characters",
            "不得超过 500 字",
        ));
    }
    Ok(Command {
        consultation_id,
        order_id: form.order_id.map(OrderId),
        lead: error::code("lead", &form.lead)?,
        co_handlers: co_handlers.collect::<Result<_, _>>()?,
        matter: form
            .matter
            .as_deref()
            .map(|given| error::code("matter", given))
            .transpose()?,
        division: form
            .division
            .as_deref()
            .map(|given| error::code("division", given))
            .transpose()?,
        conditions,
        basis: error::text("basis", &form.basis)?,
        valid_from: form.valid_from,
        valid_to: form.valid_to,
        by,
    })
}

/// Longest condition.
const CONDITIONS_CHARS_MAX: usize = 500;
