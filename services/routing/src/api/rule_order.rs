//! POST /v1/orders/{order_id}/rulings: what a consultation decided about an order nobody owned.
use super::error;
use super::list_rulings::{RulingView, view};
use crate::ctx::Ctx;
use crate::domain::ruling::Ruling;
use crate::usecases::rule_order::{Command, Origin, RuleOrder};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Path, Problem};

/// What was decided.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulingForm {
    /// 主办: a unit that is valid on the first day. It may not return the order.
    #[schema(example = "SJ-MUNI")]
    pub lead: String,
    /// 协办
    #[serde(default)]
    pub co_handlers: Vec<String>,
    /// The document: 会商纪要 and its number.
    pub basis: String,
    /// What was said.
    pub minutes: Option<String>,
    /// The matter it is about; the order's by default.
    pub matter: Option<String>,
    /// The area it holds in; the finest division of the order's place by default.
    pub division: Option<String>,
    /// 条件 in the grammar of duties.csv, `地名=柳巷支路;权属=无主`; none by default.
    #[serde(default)]
    pub conditions: String,
    /// First day; today by default.
    pub valid_from: Option<NaiveDate>,
    /// Last day; until further notice by default.
    pub valid_to: Option<NaiveDate>,
}

impl RulingForm {
    fn ruling(self, basis: String) -> Ruling {
        Ruling {
            lead: self.lead.into(),
            co_handlers: self.co_handlers.into_iter().map(Into::into).collect(),
            matter: self.matter.map(Into::into),
            division: self.division.map(Into::into),
            conditions: self.conditions,
            basis,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        }
    }
}

/// Assigns a disputed or undecided order by a ruling that was made without a meeting; consultations rule in supervision.
///
/// The ruling becomes a duty of the next directory version, so that the next case routes by itself; a ruling that would
/// not decide this very order is refused. Every other waiting order that the duty decides is assigned at once. None of
/// them may be returned.
#[utoipa::path(post, path = "/v1/orders/{order_id}/rulings", tag = "rulings",
    params(("order_id" = Uuid, Path, description = "The order"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    request_body = RulingForm,
    responses((status = 201, body = RulingView), (status = 404, description = "No such order"),
        (status = 409, description = "It does not wait, or another dispatcher has it"),
        (status = 422, description = "The ruling cannot become a duty that decides this order; `field` names why")))]
pub async fn rule_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    key: Option<IdempotencyKey>,
    Json(form): Json<RulingForm>,
) -> Result<Response, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let chars_max = ctx.config.reason_chars_max;
    let masked = |text: &str| telemetry::redact::mask_numbers(text).into_owned();
    let hash = web::idempotency::request_hash(&(order_id, &form));
    let basis = masked(&error::checked_text("basis", &form.basis, chars_max)?);
    let minutes = form.minutes.as_deref();
    let command = Command {
        order_id: OrderId(order_id),
        minutes: minutes
            .map(|text| error::checked_text("minutes", text, ctx.config.minutes_chars_max))
            .transpose()?
            .map(|text| masked(&text)),
        ruling: form.ruling(basis),
        by,
        origin: Origin::Request(key.map(|IdempotencyKey(key)| (key, hash))),
    };
    let work = RuleOrder {
        directories: ctx.directories.clone(),
    };
    let ruled = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(|error| error::ruling(&error))?;
    let mut answer = (StatusCode::CREATED, Json(view(&ctx, ruled.ruling))).into_response();
    if ruled.repeated {
        answer
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(answer)
}
