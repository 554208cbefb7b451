//! Takes due documents for sending. The transaction is over before anything is sent; a lease keeps others away.
use crate::ctx::Ctx;
use crate::domain::delivery::Claimed;
use crate::domain::lanes::Room;
use crate::store::{claims, unit_access, webhook_claims};
use crate::usecases::pace::Pace;
use chrono::TimeDelta;
use contracts::words::DeliveryWay;
use db::DbError;
use std::time::Instant;

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

/// Documents for webhooks, as many as there is room for.
///
/// # Errors
/// When the database fails.
pub async fn for_webhooks(ctx: &Ctx, room: &Room) -> Result<Vec<Claimed>, DbError> {
    if room.documents == 0 || !is_due(ctx, &ctx.paces.webhook, DeliveryWay::Webhook).await? {
        return Ok(Vec::new());
    }
    webhook_claims::take(ctx.db.pool(), ctx.db.clock().now(), lease(ctx), room).await
}

/// Gives documents back that are not sent for now; their unit gets them later.
///
/// # Errors
/// When the database fails; their leases then end by themselves.
pub async fn give_back(ctx: &Ctx, claimed: &[Claimed]) -> Result<(), DbError> {
    if claimed.is_empty() {
        return Ok(());
    }
    claims::give_back(ctx.db.pool(), claimed).await
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
