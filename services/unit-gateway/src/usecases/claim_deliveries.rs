//! Takes due documents for sending. The transaction is over before anything is sent; a lease keeps others away.
use crate::ctx::Ctx;
use crate::domain::delivery::Claimed;
use crate::store::claims::{self, WebhookLimits};
use crate::store::unit_access;
use crate::usecases::pace::Pace;
use chrono::TimeDelta;
use contracts::words::DeliveryWay;
use db::DbError;
use std::collections::BTreeMap;
use std::time::Instant;

/// Due documents looked at to find enough of different units.
const CANDIDATES_MAX: i64 = 1_024;

/// Documents for units on NATS.
///
/// # Errors
/// When the database fails.
pub async fn for_nats(ctx: &Ctx) -> Result<Vec<Claimed>, DbError> {
    if !is_due(ctx, &ctx.paces.nats, DeliveryWay::Nats).await? {
        return Ok(Vec::new());
    }
    let delivery = &ctx.config.delivery;
    claims::nats(
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
    if room <= 0 || !is_due(ctx, &ctx.paces.webhook, DeliveryWay::Webhook).await? {
        return Ok(Vec::new());
    }
    let limits = WebhookLimits {
        candidates_max: CANDIDATES_MAX,
        per_unit_max: webhook.per_unit_in_flight_max,
        room,
    };
    claims::webhooks(ctx.db.pool(), ctx.db.clock().now(), lease(ctx), limits, in_flight).await
}

fn lease(ctx: &Ctx) -> TimeDelta {
    TimeDelta::seconds(ctx.config.delivery.lease_secs)
}

/// Looks which ways are in use every now and then; between two looks, a way that nobody uses costs no statement.
async fn is_due(ctx: &Ctx, pace: &Pace, way: DeliveryWay) -> Result<bool, DbError> {
    let now = Instant::now();
    if pace.must_look(now) {
        let used = unit_access::is_used(ctx.db.pool(), way.as_str()).await?;
        pace.looked(now, used);
        return Ok(true);
    }
    Ok(pace.is_used())
}
