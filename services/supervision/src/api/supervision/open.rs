//! POST /v1/supervision-orders: a person puts orders on a rung.
use super::error as problem;
use super::views::{SupervisionView, view, with_titles};
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::list_supervision::{self, Filter};
use crate::usecases::open_supervision::{Command, ORDERS_MAX, OpenSupervision};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use contracts::cause::Asked;
use contracts::ids::{OrderId, UnitCode};
use contracts::words::SupervisionLevel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Problem};

/// Which orders, and on which rung.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenForm {
    /// 1 to 200 orders; absent = every late order of `unit` that nobody supervises, 200 at most.
    #[serde(default)]
    pub order_ids: Vec<Uuid>,
    /// The unit they are with; refused when one is with another.
    #[serde(default)]
    pub unit: Option<String>,
    /// `urge`, `written`, `on_site`, `raised`, `public_notice`, `interview`, `discipline_referral`.
    #[schema(value_type = String)]
    pub level: SupervisionLevel,
    /// What is demanded; the unit is told.
    pub text: String,
}

/// What was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedView {
    /// The request.
    pub batch_id: Uuid,
    /// One supervision order for each order.
    pub items: Vec<SupervisionView>,
}

/// Opens the rung for one order or several: a new supervision order, or the one that goes on raised to it. All or none.
#[utoipa::path(post, path = "/v1/supervision-orders", tag = "supervision", request_body = OpenForm,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    responses((status = 201, body = OpenedView), (status = 409, description = "Closed, or on this rung already"),
        (status = 422, description = "Unknown order, other unit, no such rung, nothing late; `field` names it")))]
pub async fn open_supervision_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    key: Option<IdempotencyKey>,
    Json(form): Json<OpenForm>,
) -> Result<Response, Problem> {
    let unit = form.unit.clone().filter(|unit| !unit.is_empty());
    if form.order_ids.len() > ORDERS_MAX || (form.order_ids.is_empty() && unit.is_none()) {
        return Err(error::field(
            "order_ids",
            "1 to 200 orders, or a unit",
            "须给出 1 至 200 件工单，或给出单位",
        ));
    }
    let (by, cause) = person(&principal);
    let hash = web::idempotency::request_hash(&form);
    let command = Command {
        orders: form.order_ids.iter().copied().map(OrderId).collect(),
        unit: unit.map(UnitCode),
        level: form.level,
        text: error::text("text", &form.text)?,
        by,
        attempt: key.map(|IdempotencyKey(key)| (key, hash)),
    };
    let work = OpenSupervision {
        policy: ctx.config.policy(),
        shelf: ctx.shelf.clone(),
        policies: ctx.policies.clone(),
    };
    let opened = ctx.db.execute(&work, Asked { cause, command }).await;
    let opened = opened.map_err(|e| problem::open(&e))?;
    let filter = Filter {
        batch_id: Some(opened.batch_id),
        ..Filter::default()
    };
    let limit = u32::try_from(ORDERS_MAX).unwrap_or(u32::MAX);
    let rows = list_supervision::list(&ctx.db, &filter, None, limit).await;
    let (now, titles) = (ctx.db.clock().now(), with_titles(&principal));
    let rows = rows.map_err(|e| error::db(&e))?.into_iter();
    let view = OpenedView {
        batch_id: opened.batch_id,
        items: rows.map(|row| view(&ctx, row, titles, now)).collect(),
    };
    let mut answer = (StatusCode::CREATED, Json(view)).into_response();
    if opened.repeated {
        answer.headers_mut().insert(
            HeaderName::from_static("idempotency-replayed"),
            HeaderValue::from_static("true"),
        );
    }
    Ok(answer)
}
