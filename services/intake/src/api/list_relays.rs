//! `GET /v1/orders/{order_id}/relays`: which units could reach the caller of an order, and when they did.
use super::error;
use super::views::local;
use crate::ctx::Ctx;
use crate::domain::OrderId;
use crate::domain::relay::{Relay, RelayCall};
use crate::usecases::open_relay::list_relays as read;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// Tokens of an order.
#[derive(Serialize, ToSchema)]
pub(super) struct RelaysBody {
    /// Oldest first, at most 500.
    items: Vec<RelayBody>,
}

/// One token and its uses.
#[derive(Serialize, ToSchema)]
pub(super) struct RelayBody {
    /// Code of the unit.
    unit: String,
    /// Generation of its assignment.
    generation: i32,
    /// Subject of the unit's person or key.
    asked_by: String,
    opened_at: DateTime<FixedOffset>,
    expires_at: DateTime<FixedOffset>,
    /// Oldest first; refused ones too.
    calls: Vec<RelayCallLine>,
}

/// One use.
#[derive(Serialize, ToSchema)]
pub(super) struct RelayCallLine {
    call_id: Uuid,
    /// Subject of the unit's person or key.
    called_by: String,
    /// The unit's phone, most of it masked.
    from: String,
    /// begun (nobody knows what the provider did), connected, later, refused, not_allowed.
    outcome: &'static str,
    /// Why it was not connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    called_at: DateTime<FixedOffset>,
}

/// Tokens that units were given for reaching the caller of an order, with every use. No number is in it.
#[utoipa::path(
    get, path = "/v1/orders/{order_id}/relays", params(("order_id" = Uuid, Path, description = "the order")),
    responses((status = 200, description = "none for an order that nobody asked for", body = RelaysBody))
)]
pub(super) async fn list_relays(
    State(ctx): State<Ctx>,
    Path(order_id): Path<OrderId>,
) -> Result<Json<RelaysBody>, Problem> {
    let (relays, calls) = read(&ctx.db, order_id)
        .await
        .map_err(|problem| error::database(&problem))?;
    let items = relays.into_iter().map(|relay| body(&ctx, relay, &calls));
    Ok(Json(RelaysBody {
        items: items.collect(),
    }))
}

fn body(ctx: &Ctx, relay: Relay, calls: &[RelayCall]) -> RelayBody {
    let mine = calls.iter().filter(|call| call.relay_token == relay.relay_token);
    let calls = mine.map(|call| RelayCallLine {
        call_id: call.call_id,
        called_by: call.called_by.clone(),
        from: call.from_masked.clone(),
        outcome: call.outcome.as_str(),
        why: call.why.clone(),
        called_at: local(call.called_at, ctx.offset),
    });
    RelayBody {
        calls: calls.collect(),
        unit: relay.unit,
        generation: relay.generation,
        asked_by: relay.asked_by,
        opened_at: local(relay.opened_at, ctx.offset),
        expires_at: local(relay.expires_at, ctx.offset),
    }
}
