//! Runs a service's share of the shards: leases, relay, feeds, lane, retries, housekeeping, figures.
use crate::feed::{Delivery, Feed, Opened};
use crate::handler::Handlers;
use crate::lane::Lane;
use crate::lease::{self, Leases};
use crate::relay::{Passed, Relay};
use crate::{Bus, BusConfig, BusError, held};
use contracts::shard::Shard;
use db::{Db, Pace};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use telemetry::metrics::Metrics;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

mod figures;
mod step;

/// The bus side of one service in one process.
pub struct Host {
    db: Db,
    bus: Bus,
    config: BusConfig,
    handlers: Arc<Handlers>,
    leases: Leases,
    relay: Relay,
    metrics: Metrics,
    stepping: Mutex<HashMap<Shard, Opened>>,
}

/// Deliveries between feeds and lane.
const LANE_QUEUE: usize = 1_024;
/// Wait after a pass that could not even begin.
const RELAY_FAILED_MS: u64 = 500;
/// Wait after a pass in which the stream took nothing; doubles up to the maximum.
const RELAY_REFUSED_MS: u64 = 100;
const RELAY_REFUSED_MAX_MS: u64 = 5_000;
const RETRY_TICK_MS: u64 = 250;
const CLOCK_TICK_MS: u64 = 5_000;
const FIGURES_TICK_MS: u64 = 10_000;
const HOUSEKEEPING_TICK_MS: u64 = 3_600_000;
/// Second key of the advisory lock around housekeeping; no shard has it.
const HOUSEKEEPING_LOCK: i32 = -1;
/// Day partitions are made this many days ahead.
const PARTITIONS_AHEAD_DAYS: i32 = 7;

impl Host {
    /// A host that has started nothing.
    #[must_use]
    pub fn new(
        db: Db,
        bus: Bus,
        config: BusConfig,
        handlers: Handlers,
        replica: &str,
        metrics: Metrics,
    ) -> Self {
        let leases = Leases::new(replica);
        let relay = Relay::new(db.pool().clone(), bus.clone());
        Self {
            db,
            bus,
            config,
            handlers: Arc::new(handlers),
            leases,
            relay,
            metrics,
            stepping: Mutex::default(),
        }
    }

    /// What this replica holds.
    #[must_use]
    pub const fn leases(&self) -> &Leases {
        &self.leases
    }

    fn lane(&self) -> Lane {
        Lane {
            db: self.db.clone(),
            handlers: Arc::clone(&self.handlers),
            config: self.config.clone(),
            leases: self.leases.clone(),
        }
    }

    fn feed(&self) -> Feed {
        Feed {
            pool: self.db.pool().clone(),
            bus: self.bus.clone(),
            service: self.handlers.service(),
            families: self.handlers.families(),
            config: self.config.clone(),
        }
    }

    /// Runs until cancelled; then makes a last pass of the relay and gives the leases back.
    pub async fn run(&self, cancel: CancellationToken) {
        let generations: BTreeMap<Shard, watch::Sender<u64>> =
            Shard::all().map(|shard| (shard, watch::Sender::new(0))).collect();
        let (give, take) = mpsc::channel(LANE_QUEUE);
        let lane = self.lane();
        tokio::select! {
            () = cancel.cancelled() => {}
            () = self.keep_leases() => {}
            () = self.relay() => {}
            () = self.keep_feeds(&generations, give) => {}
            () = lane.run(take, &generations) => {}
            () = every(RETRY_TICK_MS, "retry", || self.retry_due()) => {}
            () = every(CLOCK_TICK_MS, "clock", || async { Ok(self.db.clock().synchronise(self.db.pool()).await?) }) => {}
            () = every(HOUSEKEEPING_TICK_MS, "housekeeping", || self.housekeeping()) => {}
            () = every(FIGURES_TICK_MS, "figures", || self.figures()) => {}
        }
        if let Err(error) = self.relay_pass().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "last pass of the relay failed; the rows stay in the outbox"
            );
        }
        if let Err(error) = self.leases.release(self.db.pool()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "leases not given back; they expire"
            );
        }
    }

    async fn keep_leases(&self) {
        let ttl = self.lease_ttl();
        let mut tick = tokio::time::interval(Duration::from_millis(self.config.lease_tick_ms));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(error) = self.leases.tick(self.db.reserve(), ttl).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "leases not renewed");
                if self.leases.age().is_some_and(|age| age > ttl) {
                    self.leases.forget();
                }
            }
        }
    }

    const fn lease_ttl(&self) -> Duration {
        Duration::from_millis(self.config.lease_ttl_ms)
    }

    async fn relay(&self) {
        let poll = Duration::from_millis(self.config.relay_poll_ms);
        let mut pace = Pace::new(Duration::from_millis(self.config.relay_every_ms));
        let mut refused_ms = RELAY_REFUSED_MS;
        let mut committed = self.db.committed();
        loop {
            pace.turn().await;
            // What is committed from here on wakes the wait below, whether this pass sees it or not.
            committed.mark_unchanged();
            let passed = self.relay_pass().await;
            pace.rest();
            match passed {
                Ok(passed) if passed.published > 0 => refused_ms = RELAY_REFUSED_MS,
                Ok(passed) if passed.waiting > 0 => {
                    tokio::time::sleep(Duration::from_millis(refused_ms)).await;
                    refused_ms = (refused_ms * 2).min(RELAY_REFUSED_MAX_MS);
                }
                Ok(_) => {
                    // Woken by a commit of this process; the poll finds what others of its shards committed.
                    let _ = tokio::time::timeout(poll, committed.changed()).await;
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "relay pass failed");
                    tokio::time::sleep(Duration::from_millis(RELAY_FAILED_MS)).await;
                }
            }
        }
    }

    async fn relay_pass(&self) -> Result<Passed, BusError> {
        let shards = self.leases.shards();
        if shards.is_empty() {
            return Ok(Passed::default());
        }
        self.relay.pass(&shards, self.config.relay_batch_max).await
    }

    /// One feed per held shard, begun anew when the lease has a new epoch.
    async fn keep_feeds(
        &self,
        generations: &BTreeMap<Shard, watch::Sender<u64>>,
        lane: mpsc::Sender<Delivery>,
    ) {
        if self.handlers.is_empty() {
            return std::future::pending().await;
        }
        let mut running: HashMap<Shard, (i64, AbortHandle)> = HashMap::new();
        let mut tasks = JoinSet::new();
        let mut tick = tokio::time::interval(Duration::from_millis(self.config.lease_tick_ms.min(200)));
        loop {
            tick.tick().await;
            let held = self.leases.held();
            running.retain(|shard, (epoch, task)| {
                let keep = held.get(shard) == Some(epoch) && !task.is_finished();
                if !keep {
                    task.abort();
                }
                keep
            });
            for (shard, epoch) in held {
                if let (false, Some(generation)) = (running.contains_key(&shard), generations.get(&shard)) {
                    let task = tasks.spawn(self.feed().run(shard, generation.clone(), lane.clone()));
                    running.insert(shard, (epoch, task));
                }
            }
            while tasks.try_join_next().is_some() {}
        }
    }

    async fn retry(&self, force: bool) -> Result<usize, BusError> {
        let held = self.leases.held();
        if held.is_empty() || self.handlers.is_empty() {
            return Ok(0);
        }
        held::retry(
            &self.db,
            &self.handlers,
            &self.config,
            self.leases.replica(),
            &held,
            force,
        )
        .await
    }

    /// A line that was freed goes on at once, not one event per tick.
    async fn retry_due(&self) -> Result<(), BusError> {
        while self.retry(false).await? > 0 {}
        Ok(())
    }

    async fn housekeeping(&self) -> Result<(), BusError> {
        let mut tx = self.db.pool().begin().await?;
        // Replicas that start together would make the same partitions.
        sqlx::query("select pg_advisory_xact_lock($1, $2)")
            .bind(lease::LOCK_CLASS)
            .bind(HOUSEKEEPING_LOCK)
            .execute(&mut *tx)
            .await?;
        sqlx::query("select keep_partitions($1, $2, $3)")
            .bind(PARTITIONS_AHEAD_DAYS)
            .bind(self.config.journal_keep_days)
            .bind(self.config.inbox_keep_days)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Repeats a piece of work; a failure is logged and the next tick tries again.
async fn every<F, Fut>(tick_ms: u64, name: &'static str, work: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), BusError>>,
{
    let mut tick = tokio::time::interval(Duration::from_millis(tick_ms));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = work().await {
            tracing::warn!(
                name,
                error = &error as &dyn std::error::Error,
                "background work failed"
            );
        }
    }
}
