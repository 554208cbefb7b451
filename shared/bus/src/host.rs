//! Runs a service's share of the shards: leases, relay, feeds, lane, retries, housekeeping, figures.
use crate::feed::{Delivery, Feed};
use crate::handler::Handlers;
use crate::lane::Lane;
use crate::lease::Leases;
use crate::{Bus, BusConfig, BusError, held, relay, stats};
use async_nats::jetstream::consumer::PullConsumer;
use contracts::shard::Shard;
use db::Db;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use telemetry::metrics::Metrics;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// The bus side of one service in one process.
pub struct Host {
    db: Db,
    bus: Bus,
    config: BusConfig,
    handlers: Arc<Handlers>,
    leases: Leases,
    metrics: Metrics,
    stepping: Mutex<HashMap<Shard, PullConsumer>>,
}

/// Deliveries between feeds and lane.
const LANE_QUEUE: usize = 1_024;
const RETRY_TICK_MS: u64 = 250;
const CLOCK_TICK_MS: u64 = 5_000;
const FIGURES_TICK_MS: u64 = 5_000;
const HOUSEKEEPING_TICK_MS: u64 = 3_600_000;
/// Day partitions are made this many days ahead.
const PARTITIONS_AHEAD_DAYS: i32 = 7;

impl Host {
    /// A host that has started nothing.
    #[must_use]
    pub fn new(db: Db, bus: Bus, config: BusConfig, handlers: Handlers, replica: &str, metrics: Metrics) -> Self {
        let leases = Leases::new(replica);
        Self { db, bus, config, handlers: Arc::new(handlers), leases, metrics, stepping: Mutex::default() }
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
            bus: self.bus.clone(),
            service: self.handlers.service(),
            families: self.handlers.families(),
            config: self.config.clone(),
        }
    }

    /// Runs until cancelled; then makes a last pass of the relay and gives the leases back.
    pub async fn run(&self, cancel: CancellationToken) {
        let restart: BTreeMap<Shard, watch::Sender<u64>> =
            Shard::all().map(|shard| (shard, watch::Sender::new(0))).collect();
        let (give, take) = mpsc::channel(LANE_QUEUE);
        let lane = self.lane();
        tokio::select! {
            () = cancel.cancelled() => {}
            () = self.keep_leases() => {}
            () = self.relay() => {}
            () = self.keep_feeds(&restart, give) => {}
            () = lane.run(take, &restart) => {}
            () = every(RETRY_TICK_MS, "retry", || async { self.retry(false).await.map(drop) }) => {}
            () = every(CLOCK_TICK_MS, "clock", || async { Ok(self.db.clock().synchronise(self.db.pool()).await?) }) => {}
            () = every(HOUSEKEEPING_TICK_MS, "housekeeping", || self.housekeeping()) => {}
            () = every(FIGURES_TICK_MS, "figures", || self.figures()) => {}
        }
        if let Err(error) = self.relay_pass().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "last pass of the relay failed; the rows stay in the outbox");
        }
        if let Err(error) = self.leases.release(self.db.pool()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "leases not given back; they expire");
        }
    }

    async fn keep_leases(&self) {
        let ttl = Duration::from_millis(self.config.lease_ttl_ms);
        let mut renewed = tokio::time::Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(self.config.lease_tick_ms));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match self.leases.tick(self.db.pool(), ttl).await {
                Ok(()) => renewed = tokio::time::Instant::now(),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "leases not renewed");
                    if renewed.elapsed() > ttl {
                        self.leases.forget();
                    }
                }
            }
        }
    }

    async fn relay(&self) {
        let poll = Duration::from_millis(self.config.relay_poll_ms);
        loop {
            match self.relay_pass().await {
                Ok(published) if published > 0 => {}
                Ok(_) => {
                    // Woken by a commit of this process; the poll finds what others of its shards committed.
                    let _ = tokio::time::timeout(poll, self.db.committed().notified()).await;
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "relay pass failed");
                    tokio::time::sleep(poll).await;
                }
            }
        }
    }

    async fn relay_pass(&self) -> Result<usize, BusError> {
        let shards = self.leases.shards();
        if shards.is_empty() {
            return Ok(0);
        }
        relay::pass(self.db.pool(), &self.bus, &shards, self.config.relay_batch_max).await
    }

    /// One feed per held shard, begun anew when the lease has a new epoch.
    async fn keep_feeds(&self, restart: &BTreeMap<Shard, watch::Sender<u64>>, lane: mpsc::Sender<Delivery>) {
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
                if let (false, Some(restart)) = (running.contains_key(&shard), restart.get(&shard)) {
                    restart.send_modify(|generation| *generation += 1);
                    let task = tasks.spawn(self.feed().run(shard, restart.subscribe(), lane.clone()));
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
        held::retry(&self.db, &self.handlers, &self.config, self.leases.replica(), &held, force).await
    }

    async fn housekeeping(&self) -> Result<(), BusError> {
        sqlx::query("select keep_partitions($1, $2, $3)")
            .bind(PARTITIONS_AHEAD_DAYS)
            .bind(self.config.journal_keep_days)
            .bind(self.config.inbox_keep_days)
            .execute(self.db.pool())
            .await?;
        Ok(())
    }

    async fn figures(&self) -> Result<(), BusError> {
        let backlog = stats::backlog(self.db.pool()).await?;
        self.metrics.outbox(backlog.outbox_rows.unsigned_abs(), backlog.outbox_oldest_secs);
        self.metrics.held_messages(backlog.held_messages.unsigned_abs());
        self.metrics.dead_letters(backlog.dead_letters.unsigned_abs());
        if !self.handlers.is_empty() {
            for shard in self.leases.held().into_keys() {
                let durable = contracts::subjects::Namespace::durable(self.handlers.service(), shard);
                let stream = contracts::streams::events(self.bus.namespace()).name;
                let info: Result<PullConsumer, _> = self.bus.jetstream().get_consumer_from_stream(durable, stream).await;
                if let Ok(consumer) = info {
                    let info = consumer.cached_info();
                    let waiting = info.num_pending + info.num_ack_pending as u64;
                    self.metrics.consumer_lag(shard.number().unsigned_abs(), waiting);
                }
            }
        }
        Ok(())
    }

    /// One step of everything, for tests: leases, relay, what waits, held lines. Answers how much moved.
    ///
    /// # Errors
    /// When the database or the server fails.
    pub async fn step(&self) -> Result<usize, BusError> {
        if self.leases.held().is_empty() {
            self.leases.tick(self.db.pool(), Duration::from_millis(self.config.lease_ttl_ms)).await?;
        }
        let mut moved = self.relay_pass().await?;
        if !self.handlers.is_empty() {
            let deliveries = self.take_waiting().await?;
            if !deliveries.is_empty() {
                let (applied, _) = self.lane().apply(&deliveries).await?;
                moved += applied.done + applied.repeated + applied.held;
            }
            moved += self.retry(true).await?;
        }
        Ok(moved)
    }

    async fn take_waiting(&self) -> Result<Vec<Delivery>, BusError> {
        let feed = self.feed();
        let mut consumers = self.stepping.lock().await;
        for shard in self.leases.held().into_keys() {
            if let std::collections::hash_map::Entry::Vacant(vacant) = consumers.entry(shard) {
                vacant.insert(feed.open(shard).await?.0);
            }
        }
        let fetches = consumers.iter().map(|(shard, consumer)| feed.take_waiting(*shard, consumer));
        Ok(futures::future::try_join_all(fetches).await?.into_iter().flatten().collect())
    }
}

/// Repeats a piece of work; a failure is logged and the next tick tries again.
async fn every<F, Fut>(tick_ms: u64, name: &'static str, work: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), BusError>>,
{
    let mut tick = tokio::time::interval(Duration::from_millis(tick_ms));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = work().await {
            tracing::warn!(name, error = &error as &dyn std::error::Error, "background work failed");
        }
    }
}
