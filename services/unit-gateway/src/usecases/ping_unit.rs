//! A test call to a unit's endpoint: signed as every call, about no order.
use crate::ctx::Ctx;
use crate::documents;
use crate::domain::delivery::{NotDelivered, Outcome, Push, Target};
use crate::store::{attempts, unit_access};
use chrono::{DateTime, Utc};
use contracts::ids::UnitCode;
use contracts::words::DeliveryWay;
use db::DbError;
use std::time::Instant;
use uuid::Uuid;

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pinged {
    /// Id of the call, in the log too.
    pub id: Uuid,
    /// Where.
    pub endpoint: String,
    /// HTTP status of a failure, when there was an answer.
    pub status: Option<u16>,
    /// Why it failed; `None` = it answered 2xx.
    pub error: Option<String>,
    /// Until the answer or the failure.
    pub took_ms: i32,
}

/// The unit's endpoint as it is now; `None` without a webhook.
///
/// # Errors
/// When the database fails.
pub async fn target(ctx: &Ctx, unit: &UnitCode, now: DateTime<Utc>) -> Result<Option<Target>, DbError> {
    let mut conn = ctx.db.pool().acquire().await?;
    let access = unit_access::get(&mut conn, unit.as_str()).await?;
    Ok(access.and_then(|access| {
        let old = access.old_secret.filter(|_| access.old_secret_until > Some(now));
        Some(Target {
            unit: unit.clone(),
            endpoint: access.endpoint?,
            private: access.private_target,
            sealed_secrets: access.secret.into_iter().chain(old).collect(),
        })
    }))
}

/// Calls it, and writes that down; `None` without a webhook.
///
/// # Errors
/// When the database fails.
pub async fn ping_unit(ctx: &Ctx, unit: &UnitCode) -> Result<Option<Pinged>, DbError> {
    let (began_at, started) = (ctx.db.clock().now(), Instant::now());
    let Some(target) = target(ctx, unit, began_at).await? else {
        return Ok(None);
    };
    let id = Uuid::now_v7();
    let body = documents::ping(id, unit, began_at);
    let called = ctx
        .webhooks
        .deliver(&ctx.sealer, &target, (id, began_at), &body, None)
        .await;
    let took_ms = i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX);
    let outcome = match &called {
        Ok(()) => Outcome::Delivered,
        Err(NotDelivered { status, error, .. }) => Outcome::Failed {
            status: *status,
            error: error.clone(),
            retry_at: began_at,
            exhausted: true,
            pause_until: None,
        },
    };
    let push = Push {
        delivery_id: id,
        unit: unit.clone(),
        attempt: 0,
        way: DeliveryWay::Webhook,
        began_at,
        took_ms,
        outcome,
    };
    let mut conn = ctx.db.pool().acquire().await?;
    attempts::insert(&mut conn, &[&push]).await?;
    let (status, error) = match called {
        Ok(()) => (None, None),
        Err(NotDelivered { status, error, .. }) => (status, Some(error)),
    };
    Ok(Some(Pinged {
        id,
        endpoint: target.endpoint,
        status,
        error,
        took_ms,
    }))
}
