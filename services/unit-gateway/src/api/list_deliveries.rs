//! `GET /v1/units/{unit}/deliveries?state=`: what went to a unit and what did not.
use crate::ctx::Ctx;
use crate::domain::delivery::DeliveryState;
use crate::usecases::list_deliveries::{DeliveryRow, list_deliveries as list};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::words::DeliveryWay;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which ones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveriesQuery {
    /// waiting, sending, delivered or failed.
    #[serde(default)]
    state: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200; 50 when absent.
    #[serde(default)]
    limit: Option<u32>,
}

/// One document on its way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DeliveryAnswer {
    /// Id of the document.
    delivery_id: Uuid,
    /// Its place in the unit's feed.
    cursor: String,
    /// The order.
    order_id: Uuid,
    /// Generation of the assignment.
    generation: i32,
    /// Rework round.
    rework: i32,
    /// The last word of its subject: assigned, reworked, amended, revoked, closed, …
    notice: String,
    /// False for a unit that helps.
    lead: bool,
    /// nats, webhook or rest.
    way: String,
    /// waiting, sending, delivered, or failed: no longer pushed, still pullable.
    state: String,
    /// Pushes so far.
    attempts: i32,
    /// When it is tried again; absent when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<DateTime<FixedOffset>>,
    /// Why the last push failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// When it became due.
    created_at: DateTime<FixedOffset>,
    /// When the unit had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<DateTime<FixedOffset>>,
}

/// Documents for a unit, oldest first.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/deliveries",
    tag = "access",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("state" = Option<String>, Query, description = "waiting, sending, delivered or failed"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200; 50 when absent"),
    ),
    responses((status = 200, description = "a page of deliveries", body = Page<DeliveryAnswer>))
)]
pub(super) async fn list_deliveries(
    State(ctx): State<Ctx>,
    Path(unit): Path<String>,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Json<Page<DeliveryAnswer>>, Problem> {
    let unit = unit_code(unit)?;
    let limit = page::limit(query.limit)?;
    let after: Option<i64> = page::decode(query.after.as_deref(), "after")?;
    let state = match query.state {
        Some(word) => Some(word.parse::<DeliveryState>().map_err(|_| {
            Problem::bad_request("invalid_field", "one of waiting, sending, delivered, failed")
                .detail_zh("可选值：waiting、sending、delivered、failed")
                .field("state")
        })?),
        None => None,
    };
    let rows = list(&ctx.db, &unit, state, after.unwrap_or_default(), limit)
        .await
        .map_err(|error| problem::failed(&error))?;
    let page = Page::from_rows(rows, limit, |row| row.seq);
    Ok(Json(page.map(|row| answer(&ctx, row))))
}

fn answer(ctx: &Ctx, row: DeliveryRow) -> DeliveryAnswer {
    let is_due = row.way != DeliveryWay::Rest.as_str() && matches!(row.state.as_str(), "waiting" | "sending");
    DeliveryAnswer {
        delivery_id: row.delivery_id,
        cursor: row.seq.to_string(),
        order_id: row.order_id,
        generation: row.generation,
        rework: row.rework,
        notice: row.notice,
        lead: row.lead,
        way: row.way,
        state: row.state,
        attempts: row.attempts,
        next_attempt_at: is_due.then(|| ctx.local(row.next_attempt_at)),
        last_error: row.last_error,
        created_at: ctx.local(row.created_at),
        delivered_at: row.delivered_at.map(|at| ctx.local(at)),
    }
}
