//! Due documents of webhooks. Lanes (`domain/lanes.rs`) say who may be called now and how much may be claimed for whom, so that a
//! dead endpoint costs the others nothing. One run claims, begins calls, waits a moment for whatever ends, and records; calls
//! follow one another in their unit's lane meanwhile.
use crate::ctx::Ctx;
use crate::domain::delivery::{Outcome, Push};
use crate::domain::lanes::{Begun, LaneLimits, Lanes};
use crate::usecases::{claim_deliveries, push_webhook, record_deliveries};
use contracts::words::DeliveryWay;
use futures::FutureExt as _;
use runtime::Job;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

pub(super) fn job(ctx: Ctx, poll_ms: u64) -> Job {
    let calls = Arc::new(tokio::sync::Mutex::new(Calls::new(&ctx, poll_ms)));
    Job::new("deliver_webhooks", poll_ms, move || {
        run(ctx.clone(), Arc::clone(&calls))
    })
}

/// Documents recorded in one transaction.
const RECORDED_MAX: usize = 1_024;

/// Calls in flight. They survive a run, not the process: then their leases end and they are made again.
struct Calls {
    lanes: Arc<Mutex<Lanes>>,
    tasks: JoinSet<()>,
    tell: mpsc::UnboundedSender<Push>,
    ended: mpsc::UnboundedReceiver<Push>,
    applied: watch::Receiver<u64>,
    gather: Duration,
    poll: Duration,
}

impl Calls {
    fn new(ctx: &Ctx, poll_ms: u64) -> Self {
        let webhook = &ctx.config.webhook;
        let limits = LaneLimits {
            per_unit_max: webhook.per_unit_in_flight_max,
            in_flight_max: webhook.in_flight_max,
            slow_in_flight_max: webhook.slow_in_flight_max,
            ahead_max: webhook.ahead_max,
            slow_after: Duration::from_millis(webhook.slow_after_ms),
            // A lease lasts at least two of the longest calls; one is left for the call itself.
            waiting_max: Duration::from_secs(ctx.config.delivery.lease_secs.unsigned_abs()) / 3,
        };
        // As many as there are documents in hand, which the lanes bound.
        let (tell, ended) = mpsc::unbounded_channel();
        Self {
            lanes: Arc::new(Mutex::new(Lanes::new(limits))),
            tasks: JoinSet::new(),
            tell,
            ended,
            applied: ctx.db.applied(),
            gather: Duration::from_millis(ctx.config.delivery.gather_ms),
            poll: Duration::from_millis(poll_ms),
        }
    }

    fn begin(&mut self, ctx: &Ctx) {
        for begun in lock(&self.lanes).begin(Instant::now()) {
            let (ctx, lanes, tell) = (ctx.clone(), Arc::clone(&self.lanes), self.tell.clone());
            self.tasks.spawn(follow(ctx, lanes, tell, begun));
        }
        while self.tasks.try_join_next().is_some() {}
    }

    /// Whatever has ended; waits a moment for the first, or, when only slow calls are on their way, until there may be
    /// something to claim.
    async fn ended(&mut self, only_slow: bool) -> Vec<Push> {
        let first = if only_slow {
            tokio::select! {
                push = self.ended.recv() => push,
                _ = self.applied.changed() => None,
                () = tokio::time::sleep(self.poll) => None,
            }
        } else {
            let first = tokio::time::timeout(self.gather, self.ended.recv()).await;
            first.ok().flatten()
        };
        // Before the rest is taken: what a forgotten lane knew of its last call is recorded before the next claim.
        lock(&self.lanes).tidy();
        let rest = std::iter::from_fn(|| self.ended.try_recv().ok());
        first.into_iter().chain(rest).take(RECORDED_MAX).collect()
    }
}

fn lock(lanes: &Mutex<Lanes>) -> MutexGuard<'_, Lanes> {
    lanes.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn run(ctx: Ctx, calls: Arc<tokio::sync::Mutex<Calls>>) -> anyhow::Result<usize> {
    let mut calls = calls.lock().await;
    let back = lock(&calls.lanes).back(Instant::now());
    claim_deliveries::give_back(&ctx, &back).await?;
    calls.applied.mark_unchanged();
    let room = lock(&calls.lanes).room(Instant::now());
    let claimed = claim_deliveries::for_webhooks(&ctx, &room).await?;
    lock(&calls.lanes).take(&room, claimed, Instant::now());
    calls.begin(&ctx);
    let (in_hand, only_slow) = {
        let lanes = lock(&calls.lanes);
        (lanes.in_hand(), lanes.only_slow(Instant::now()))
    };
    if in_hand == 0 && calls.ended.is_empty() {
        lock(&calls.lanes).tidy();
        return Ok(0);
    }
    let pushes = calls.ended(only_slow).await;
    for (outcome, is_delivered) in [("delivered", true), ("failed", false)] {
        let matching = pushes
            .iter()
            .filter(|push| (push.outcome == Outcome::Delivered) == is_delivered);
        ctx.figures
            .pushed(DeliveryWay::Webhook, outcome, matching.count() as u64);
    }
    let ended = pushes.len();
    record_deliveries::record(&ctx, pushes).await?;
    Ok(ended + in_hand)
}

/// A call, and those that follow it in its unit's lane.
async fn follow(ctx: Ctx, lanes: Arc<Mutex<Lanes>>, tell: mpsc::UnboundedSender<Push>, begun: Begun) {
    let mut next = Some(begun);
    while let Some(Begun { call, claimed }) = next {
        let push = AssertUnwindSafe(push_webhook::push(&ctx, &claimed))
            .catch_unwind()
            .await;
        let delivered = push.as_ref().is_ok_and(|push| push.outcome == Outcome::Delivered);
        match push {
            // Told before its lane goes on. The other end is gone only when the process ends.
            Ok(push) => drop(tell.send(push)),
            Err(_) => {
                tracing::error!(delivery.id = %claimed.delivery_id, "a call to a unit broke off; it is made again when its lease ends");
            }
        }
        next = lock(&lanes).end(claimed.unit.as_str(), call, delivered, Instant::now());
    }
}
