//! The stepping form of a host: everything that waits right now, once. Tests drive it until nothing moves.
use super::Host;
use crate::feed::{Delivery, Opened};
use crate::{BusError, settle};
use contracts::shard::Shard;
use futures::future::try_join_all;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// By then a consumer usually knows of what was published.
const SIGNALLED: Duration = Duration::from_millis(20);

impl Host {
    /// One step of everything, for tests: leases, relay, what waits, held lines. Answers how much moved.
    ///
    /// # Errors
    /// When the database or the server fails; the next step begins again from what was acknowledged.
    pub async fn step(&self) -> Result<usize, BusError> {
        self.step_with(None).await
    }

    /// The same when a step found nothing. The server acknowledges what is published before its consumers know of it, so on
    /// a busy machine a step may look a moment too early.
    ///
    /// # Errors
    /// As [`Host::step`].
    pub async fn look_again(&self) -> Result<usize, BusError> {
        self.step_with(Some(SIGNALLED)).await
    }

    async fn step_with(&self, patience: Option<Duration>) -> Result<usize, BusError> {
        let ttl = self.lease_ttl();
        if self.leases.age().is_none_or(|age| age > ttl / 3) {
            self.leases.tick(self.db.pool(), ttl).await?;
        }
        let mut moved = self.relay_pass().await?.published;
        if !self.handlers.is_empty() {
            let mut consumers = self.stepping.lock().await;
            match self.consume_waiting(&mut consumers, patience).await {
                Ok(consumed) => moved += consumed,
                Err(error) => {
                    consumers.clear();
                    return Err(error);
                }
            }
            moved += self.retry(true).await?;
        }
        Ok(moved)
    }

    async fn consume_waiting(
        &self,
        consumers: &mut HashMap<Shard, Opened>,
        patience: Option<Duration>,
    ) -> Result<usize, BusError> {
        let deliveries = self.take_waiting(consumers, patience).await?;
        let (applied, fenced) = self.lane().apply(&deliveries).await?;
        let (lost, kept): (Vec<Delivery>, Vec<Delivery>) = deliveries
            .into_iter()
            .partition(|delivery| fenced.contains(&delivery.shard));
        let last: BTreeMap<Shard, Delivery> = kept
            .into_iter()
            .map(|delivery| (delivery.shard, delivery))
            .collect();
        let last: Vec<Delivery> = last.into_values().collect();
        settle::settle(self.db.pool(), &last, |_| true).await;
        consumers.retain(|shard, _| !fenced.contains(shard));
        // What was fenced off comes again, to whoever holds its shard by then.
        Ok(applied.done + applied.repeated + applied.held + lost.len())
    }

    async fn take_waiting(
        &self,
        consumers: &mut HashMap<Shard, Opened>,
        patience: Option<Duration>,
    ) -> Result<Vec<Delivery>, BusError> {
        let feed = self.feed();
        let held = self.leases.held();
        consumers.retain(|shard, _| held.contains_key(shard));
        for shard in held.into_keys() {
            if let Entry::Vacant(vacant) = consumers.entry(shard) {
                vacant.insert(feed.open(shard).await?);
            }
        }
        let fetches = consumers
            .iter()
            .map(|(shard, opened)| feed.take_waiting(*shard, opened, patience));
        Ok(try_join_all(fetches).await?.into_iter().flatten().collect())
    }
}
