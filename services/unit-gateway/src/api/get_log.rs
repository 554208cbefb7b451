//! `GET /v1/orders/{order_id}/log`: who got, opened, forwarded and did what with an order.
use crate::ctx::Ctx;
use crate::usecases::read_log::read_log;
use crate::wire::problem;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// The log of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LogAnswer {
    /// Oldest first; at most the newest 500 of deliveries, of looks and of actions.
    items: Vec<LogLineAnswer>,
}

/// One line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LogLineAnswer {
    /// When; of looks that were repeated within the hour, the first.
    at: DateTime<FixedOffset>,
    /// For which unit.
    unit: String,
    /// delivered, opened, forwarded (to units that help; the lead stays responsible) or acted.
    #[schema(example = "opened")]
    what: &'static str,
    /// The notice that was delivered; order, order_of_sub_unit, evidence, contact or call; the verb of the action.
    #[schema(example = "order")]
    detail: String,
    /// Subject of the person or key that looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Units to which it was forwarded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to: Vec<String>,
    /// How often within the hour.
    times: i64,
    /// The last time.
    last_at: DateTime<FixedOffset>,
}

/// Who got an order, who opened it, to whom it was forwarded, and what units did. Which calls reached the caller is in
/// intake's `GET /v1/orders/{order_id}/relays`.
#[utoipa::path(
    get,
    path = "/v1/orders/{order_id}/log",
    tag = "evidence",
    params(("order_id" = Uuid, Path, description = "the order")),
    responses((status = 200, description = "the log; empty for an order that no unit had", body = LogAnswer))
)]
pub(super) async fn get_log(
    State(ctx): State<Ctx>,
    Path(order_id): Path<Uuid>,
) -> Result<Json<LogAnswer>, Problem> {
    let lines = read_log(&ctx.db, OrderId(order_id))
        .await
        .map_err(|error| problem::failed(&error))?;
    let items = lines.into_iter().map(|line| LogLineAnswer {
        at: ctx.local(line.at),
        unit: line.unit,
        what: line.what,
        detail: line.detail,
        by: line.by,
        to: line.to,
        times: line.times,
        last_at: ctx.local(line.last_at),
    });
    Ok(Json(LogAnswer {
        items: items.collect(),
    }))
}
