//! Due documents of webhooks: every call is a task of its own and no unit has more than its share of them, so that
//! a dead endpoint costs the others nothing. One run claims, starts, waits a moment for whatever ends, and records.
use crate::ctx::Ctx;
use crate::domain::backoff;
use crate::domain::delivery::{Claimed, NotDelivered, Outcome, Push};
use crate::usecases::{claim_deliveries, record_deliveries};
use chrono::TimeDelta;
use contracts::words::DeliveryWay;
use runtime::Job;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument;

pub(super) fn job(ctx: Ctx, poll_ms: u64) -> Job {
    let calls = Arc::new(Mutex::new(Calls::default()));
    let wait = Duration::from_millis(ctx.config.delivery.gather_ms);
    Job::new("deliver_webhooks", poll_ms, move || {
        run(ctx.clone(), Arc::clone(&calls), wait)
    })
}

/// Calls in flight. They survive a run, not the process: then their leases end and they are made again.
#[derive(Default)]
struct Calls {
    tasks: JoinSet<Push>,
    units: HashMap<Id, String>,
}

impl Calls {
    fn per_unit(&self) -> BTreeMap<String, i64> {
        let mut count = BTreeMap::new();
        for unit in self.units.values() {
            *count.entry(unit.clone()).or_default() += 1;
        }
        count
    }

    fn start(&mut self, ctx: &Ctx, claimed: Claimed) {
        let (ctx, unit) = (ctx.clone(), claimed.unit.0.clone());
        let handle = self.tasks.spawn(async move { push(&ctx, &claimed).await });
        self.units.insert(handle.id(), unit);
    }

    /// Whatever has ended; waits up to `wait` for the first.
    async fn ended(&mut self, wait: Duration) -> Vec<Push> {
        let mut pushes = Vec::new();
        let mut next = tokio::time::timeout(wait, self.tasks.join_next_with_id())
            .await
            .ok()
            .flatten();
        while let Some(ended) = next {
            pushes.extend(self.close(ended));
            next = self.tasks.try_join_next_with_id();
        }
        pushes
    }

    fn close(&mut self, ended: Result<(Id, Push), JoinError>) -> Option<Push> {
        match ended {
            Ok((id, push)) => {
                self.units.remove(&id);
                Some(push)
            }
            Err(error) => {
                self.units.remove(&error.id());
                tracing::error!(%error, "a call to a unit broke off; it is made again when its lease ends");
                None
            }
        }
    }
}

async fn run(ctx: Ctx, calls: Arc<Mutex<Calls>>, wait: Duration) -> anyhow::Result<usize> {
    let mut calls = calls.lock().await;
    for claimed in claim_deliveries::for_webhooks(&ctx, &calls.per_unit()).await? {
        calls.start(&ctx, claimed);
    }
    if calls.tasks.is_empty() {
        return Ok(0);
    }
    let pushes = calls.ended(wait).await;
    for push in &pushes {
        let outcome = if push.outcome == Outcome::Delivered {
            "delivered"
        } else {
            "failed"
        };
        ctx.figures.pushed(DeliveryWay::Webhook, outcome, 1);
    }
    let ended = pushes.len();
    record_deliveries::record(&ctx, pushes).await?;
    Ok(ended + calls.tasks.len())
}

async fn push(ctx: &Ctx, claimed: &Claimed) -> Push {
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
