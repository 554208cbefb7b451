//! Applies what the feeds bring: gathers a batch, applies it until the database has taken it, settles.
//!
//! A batch that fails is applied again in place, never skipped: later events of its orders must not overtake it.
use crate::apply::{self, Applied, Bench};
use crate::feed::Delivery;
use crate::handler::Handlers;
use crate::lease::Leases;
use crate::settle::Settling;
use crate::{BusConfig, BusError, Incoming, dead_letters};
use contracts::shard::Shard;
use db::{Db, Pace};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Everything that applying needs. Cheap to clone.
#[derive(Clone)]
pub struct Lane {
    /// The database.
    pub db: Db,
    /// What the service does with events.
    pub handlers: Arc<Handlers>,
    /// Limits.
    pub config: BusConfig,
    /// What this replica holds.
    pub leases: Leases,
}

/// First wait after a failed transaction; doubles up to the maximum.
const FAILED_FIRST_MS: u64 = 50;
const FAILED_MAX_MS: u64 = 2_000;

impl Lane {
    /// Applies batches until the channel closes. `generations` are those of the feeds: a delivery of an older one is
    /// dropped, because it comes again, and raising one makes its feed begin again.
    pub async fn run(
        &self,
        mut deliveries: mpsc::Receiver<Delivery>,
        generations: &BTreeMap<Shard, watch::Sender<u64>>,
    ) {
        let is_current = |delivery: &Delivery| {
            generations
                .get(&delivery.shard)
                .is_some_and(|generation| *generation.borrow() == delivery.generation)
        };
        let mut pace = Pace::new(Duration::from_millis(self.config.consume_every_ms));
        let mut settling = Settling::new(Duration::from_millis(self.config.settle_every_ms));
        loop {
            let first = tokio::select! {
                first = deliveries.recv() => first,
                () = settling.until_due() => {
                    settling.settle(self.db.pool(), is_current).await;
                    continue;
                }
            };
            let Some(first) = first else { break };
            pace.turn().await;
            let mut batch = vec![first];
            while batch.len() < self.config.consume_batch_max
                && let Ok(next) = deliveries.try_recv()
            {
                batch.push(next);
            }
            batch.retain(is_current);
            let is_full = batch.len() >= self.config.consume_batch_max;
            let mut wait_ms = FAILED_FIRST_MS;
            let fenced = loop {
                match self.apply(&batch).await {
                    Ok((_, fenced)) => break fenced,
                    Err(error) => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            events = batch.len(),
                            "batch failed, applied again"
                        );
                        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
                        wait_ms = (wait_ms * 2).min(FAILED_MAX_MS);
                    }
                }
            };
            batch.retain(|delivery| !fenced.contains(&delivery.shard));
            settling.add(batch);
            if is_full {
                pace.hurry();
            } else {
                pace.rest();
            }
            if settling.is_due() {
                settling.settle(self.db.pool(), is_current).await;
            }
            for generation in fenced.iter().filter_map(|shard| generations.get(shard)) {
                generation.send_modify(|generation| *generation += 1);
            }
        }
    }

    /// Applies the deliveries; answers the shards that were fenced off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn apply(&self, deliveries: &[Delivery]) -> Result<(Applied, Vec<Shard>), BusError> {
        let mut events = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            match Incoming::read(delivery.shard, &delivery.body) {
                Ok(event) => events.push(event),
                Err(error) => {
                    let reason = format!("no envelope: {error}");
                    dead_letters::park_unreadable(self.db.pool(), delivery, &reason).await?;
                }
            }
        }
        if events.is_empty() {
            return Ok((Applied::default(), Vec::new()));
        }
        let held = self.leases.held();
        let bench = Bench {
            db: &self.db,
            handlers: &self.handlers,
            config: &self.config,
            replica: self.leases.replica(),
        };
        Ok(apply::batch(&bench, &held, &events).await?)
    }
}
