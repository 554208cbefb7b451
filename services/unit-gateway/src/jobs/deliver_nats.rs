//! Due documents of units on NATS: claimed together, published together, recorded together.
//!
//! Woken by the events that this process has applied, a little later: what arrives in between shares one publish round and one commit.
use crate::ctx::Ctx;
use crate::domain::delivery::{Claimed, Outcome, Push};
use crate::usecases::{claim_deliveries, record_deliveries};
use chrono::TimeDelta;
use contracts::words::DeliveryWay;
use futures::StreamExt;
use runtime::Job;
use std::time::Instant;
use tracing::Instrument;

/// Documents on their way to the server at the same time.
const IN_FLIGHT_MAX: usize = 256;

pub(super) fn job(ctx: Ctx, poll_ms: u64) -> Job {
    Job::new("deliver_nats", poll_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let claimed = claim_deliveries::for_nats(&ctx).await?;
    if claimed.is_empty() {
        return Ok(0);
    }
    let pushes: Vec<Push> = futures::stream::iter(claimed)
        .map(|claimed| push(ctx.clone(), claimed))
        .buffer_unordered(IN_FLIGHT_MAX)
        .collect()
        .await;
    let delivered = pushes
        .iter()
        .filter(|push| push.outcome == Outcome::Delivered)
        .count();
    let failed = pushes.len() - delivered;
    record_deliveries::record(&ctx, pushes).await?;
    ctx.figures
        .pushed(DeliveryWay::Nats, "delivered", delivered as u64);
    ctx.figures.pushed(DeliveryWay::Nats, "failed", failed as u64);
    Ok(delivered)
}

async fn push(ctx: Ctx, claimed: Claimed) -> Push {
    let span = tracing::info_span!(
        "deliver",
        otel.name = "deliver.nats",
        otel.kind = "producer",
        service = crate::SERVICE,
        order.id = %claimed.order_id,
        unit = %claimed.unit,
        notice = %claimed.notice,
        delivery.attempt = claimed.attempt,
    );
    telemetry::propagation::set_parent(&span, claimed.traceparent.as_deref());
    let (began_at, started) = (ctx.db.clock().now(), Instant::now());
    let result = async {
        let traceparent = telemetry::propagation::current_traceparent();
        ctx.stream.send(&claimed, traceparent.as_deref()).await
    }
    .instrument(span)
    .await;
    let outcome = match result {
        Ok(()) => Outcome::Delivered,
        Err(error) => {
            tracing::warn!(delivery.id = %claimed.delivery_id, unit = %claimed.unit, error = &error as &dyn std::error::Error, "document not published, tried again");
            // It is our own server that failed, so the document is never given up.
            let retry_at = ctx.db.clock().now() + TimeDelta::seconds(ctx.config.delivery.nats_retry_secs);
            Outcome::Failed {
                status: None,
                error: "the platform's NATS did not take it".to_owned(),
                retry_at,
                exhausted: false,
                pause_until: None,
            }
        }
    };
    Push {
        delivery_id: claimed.delivery_id,
        unit: claimed.unit,
        attempt: claimed.attempt,
        way: DeliveryWay::Nats,
        began_at,
        took_ms: i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX),
        outcome,
    }
}
