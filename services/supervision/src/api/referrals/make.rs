//! POST /v1/referrals: a unit's conduct goes to discipline inspection with the whole record of an order.
use super::{ReferralView, view};
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::domain::referral::had_it;
use crate::usecases::referrals::gather::{Said, gather};
use crate::usecases::referrals::make::{Command, MakeReferral};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Problem};

/// Whose conduct goes to whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralForm {
    /// The order.
    pub order_id: Uuid,
    /// Code of the unit; it leads the order, or did, or helped.
    pub unit: String,
    /// To whom, as the city names it.
    #[schema(example = "市纪委监委")]
    pub to: String,
    /// Why.
    pub reason: String,
    /// Number of the document; the same number with the same words is the same referral.
    #[schema(example = "YS2026000003")]
    pub number: String,
    /// The supervision order that led to it.
    pub supervision_id: Option<Uuid>,
}

/// Builds the whole record of the order as one document and keeps it as it is, with its SHA-256.
#[utoipa::path(post, path = "/v1/referrals", tag = "referrals", request_body = ReferralForm,
    responses((status = 201, body = ReferralView), (status = 404, description = "Nothing is known of the order"),
        (status = 409, description = "`number_taken`: the number belongs to another referral"),
        (status = 422, description = "`invalid_field`: `field` names which; `unit` never had the order")))]
pub async fn make_referral(
    State(ctx): State<Ctx>,
    principal: Principal,
    Json(form): Json<ReferralForm>,
) -> Result<Response, Problem> {
    let (by, cause) = person(&principal);
    let said = Said {
        number: error::code("number", &form.number)?,
        unit: error::code("unit", &form.unit)?,
        to: error::text("to", &form.to)?,
        reason: error::text("reason", &form.reason)?,
        supervision_id: form.supervision_id,
    };
    let order_id = OrderId(form.order_id);
    let found = gather(&ctx.db, &ctx.shelf, order_id, said, ctx.offset()).await;
    let (record, correlation_id) = found.map_err(|e| error::db(&e))?.ok_or_else(error::unknown)?;
    if !had_it(&record.timeline, &record.unit) {
        return Err(error::field(
            "unit",
            "never had this order",
            "该单位未承办过此工单",
        ));
    }
    if let Some(id) = record.supervision_id
        && !record.supervision.iter().any(|one| one.supervision_id == id)
    {
        return Err(error::field(
            "supervision_id",
            "is no supervision order of this order",
            "该督办件不属于此工单",
        ));
    }
    let command = Command {
        order_id,
        correlation_id,
        supervision_id: record.supervision_id,
        record: serde_json::to_string(&record).map_err(|e| Problem::internal(&e))?,
        made_at: record.made_at.to_utc(),
        number: record.number,
        unit: record.unit,
        to: record.to,
        reason: record.reason,
        by,
    };
    let made = ctx.db.execute(&MakeReferral, Asked { cause, command }).await;
    let made = made.map_err(|e| error::referral(&e))?;
    let mut answer = (StatusCode::CREATED, Json(view(&ctx, made.row))).into_response();
    if made.repeated {
        answer
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(answer)
}
