//! Takes due documents for sending. The transaction is over before anything is sent; a lease keeps others away.
use crate::ctx::Ctx;
use crate::domain::delivery::Claimed;
use crate::store::deliveries::{self, WebhookLimits};
use chrono::TimeDelta;
use db::DbError;
use std::collections::BTreeMap;

/// Due documents looked at to find enough of different units.
const CANDIDATES_MAX: i64 = 1_024;

/// Documents for units on NATS.
///
/// # Errors
/// When the database fails.
pub async fn for_nats(ctx: &Ctx) -> Result<Vec<Claimed>, DbError> {
    let delivery = &ctx.config.delivery;
    deliveries::claim_nats(
        ctx.db.pool(),
        ctx.db.clock().now(),
        lease(ctx),
        delivery.batch_max,
    )
    .await
}

/// Documents for webhooks, given what is in flight to each unit.
///
/// # Errors
/// When the database fails.
pub async fn for_webhooks(ctx: &Ctx, in_flight: &BTreeMap<String, i64>) -> Result<Vec<Claimed>, DbError> {
    let webhook = &ctx.config.webhook;
    let room = webhook.in_flight_max - in_flight.values().sum::<i64>();
    if room <= 0 {
        return Ok(Vec::new());
    }
    let limits = WebhookLimits {
        candidates_max: CANDIDATES_MAX,
        per_unit_max: webhook.per_unit_in_flight_max,
        room,
    };
    deliveries::claim_webhooks(ctx.db.pool(), ctx.db.clock().now(), lease(ctx), limits, in_flight).await
}

fn lease(ctx: &Ctx) -> TimeDelta {
    TimeDelta::seconds(ctx.config.delivery.lease_secs)
}
