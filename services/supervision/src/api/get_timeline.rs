//! GET /v1/orders/{order_id}/timeline: everything that happened to an order and its complaint.
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::get_timeline::{self, Position, Shown};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// One event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// The event.
    pub event_id: Uuid,
    /// Who published it.
    pub service: String,
    /// Its number in its service's line.
    pub sequence: i64,
    /// `<service>.<noun>.<past>.v<n>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it became true.
    pub occurred_at: DateTime<FixedOffset>,
    /// When supervision recorded it.
    pub recorded_at: DateTime<FixedOffset>,
    /// Who did it.
    pub actor: String,
    /// One id for all that follows from one contact.
    pub correlation_id: Uuid,
    /// The event that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// The facts, personal data masked.
    #[schema(value_type = Object)]
    pub summary: serde_json::Value,
}

/// The timeline of an order with the events of its complaint, oldest first.
#[utoipa::path(get, path = "/v1/orders/{order_id}/timeline", tag = "orders",
    params(("order_id" = Uuid, Path, description = "The order"), Paging),
    responses((status = 200, body = Page<EntryView>), (status = 404, description = "Nothing is known of it")))]
pub async fn get_timeline(
    State(ctx): State<Ctx>,
    Path(order_id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<EntryView>>, Problem> {
    let limit = page::limit(paging.limit)?;
    let after: Option<Position> = page::decode(paging.after.as_deref(), "after")?;
    let found = get_timeline::get_timeline(&ctx.db, OrderId(order_id), after, limit + 1).await;
    let rows = found.map_err(|e| error::db(&e))?.ok_or_else(error::unknown)?;
    let page = Page::from_rows(rows, limit, |entry| {
        (entry.occurred_at, entry.own, entry.position)
    });
    Ok(Json(page.map(|entry| view(&ctx, entry))))
}

fn view(ctx: &Ctx, entry: Shown) -> EntryView {
    EntryView {
        event_id: entry.event_id,
        service: entry.service,
        sequence: entry.sequence,
        event_type: entry.event_type,
        occurred_at: ctx.local(entry.occurred_at),
        recorded_at: ctx.local(entry.recorded_at),
        actor: entry.actor,
        correlation_id: entry.correlation_id,
        causation_id: entry.causation_id,
        summary: entry.summary,
    }
}
