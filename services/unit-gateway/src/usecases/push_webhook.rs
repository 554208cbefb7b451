//! One document to one endpoint: signed, called, and what came of it in the words of the log.
use crate::ctx::Ctx;
use crate::domain::backoff;
use crate::domain::delivery::{Claimed, NotDelivered, Outcome, Push};
use chrono::TimeDelta;
use contracts::words::DeliveryWay;
use std::time::Instant;
use tracing::Instrument;

/// Calls the endpoint; a failure says when to try again.
pub async fn push(ctx: &Ctx, claimed: &Claimed) -> Push {
    let span = tracing::info_span!(
        "deliver",
        otel.name = "deliver.webhook",
        otel.kind = "client",
        service = crate::SERVICE,
        order.id = %claimed.order_id,
        unit = %claimed.unit,
        notice = %claimed.notice,
        delivery.attempt = claimed.attempt,
    );
    telemetry::propagation::set_parent(&span, claimed.traceparent.as_deref());
    let (began_at, started) = (ctx.db.clock().now(), Instant::now());
    let result = call(ctx, claimed).instrument(span).await;
    let outcome = match result {
        Ok(()) => Outcome::Delivered,
        Err(NotDelivered {
            status,
            error,
            retry_after,
        }) => {
            let (schedule, chance) = (&ctx.config.webhook.retry_secs, rand::random());
            let wait = backoff::wait_after(claimed.attempt, schedule, chance);
            tracing::warn!(delivery.id = %claimed.delivery_id, unit = %claimed.unit, attempt = claimed.attempt, error, exhausted = wait.is_none(), "document not delivered");
            let now = ctx.db.clock().now();
            let longest = TimeDelta::seconds(ctx.config.webhook.retry_after_max_secs);
            let pause = retry_after.map(|asked| asked.min(longest));
            let exhausted = wait.is_none();
            let wait = wait.unwrap_or_else(|| backoff::longest(schedule, chance));
            Outcome::Failed {
                status,
                error,
                retry_at: now + pause.map_or(wait, |pause| pause.max(wait)),
                exhausted,
                pause_until: pause.map(|pause| now + pause),
            }
        }
    };
    Push {
        delivery_id: claimed.delivery_id,
        unit: claimed.unit.clone(),
        attempt: claimed.attempt,
        way: DeliveryWay::Webhook,
        began_at,
        took_ms: i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX),
        outcome,
    }
}

async fn call(ctx: &Ctx, claimed: &Claimed) -> Result<(), NotDelivered> {
    let target = claimed.target.as_ref().ok_or_else(|| NotDelivered {
        status: None,
        retry_after: None,
        error: "the unit has no endpoint any more".to_owned(),
    })?;
    let traceparent = telemetry::propagation::current_traceparent();
    // The unit compares this with its own clock.
    let stamp = (claimed.delivery_id, ctx.db.clock().now());
    ctx.webhooks
        .deliver(
            &ctx.sealer,
            target,
            stamp,
            &claimed.document,
            traceparent.as_deref(),
        )
        .await
}
