//! The figures of a host for Prometheus: what waits in its database and in its consumers.
use super::Host;
use crate::{BusError, stats};
use async_nats::jetstream::consumer::PullConsumer;
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use futures::future::join_all;

impl Host {
    /// Sets the figures that an operator watches. [`Host::run`] does it by itself.
    ///
    /// # Errors
    /// When the database fails. A stream server that does not answer leaves the last lag in place.
    pub async fn figures(&self) -> Result<(), BusError> {
        let backlog = stats::backlog(self.db.pool()).await?;
        self.metrics
            .outbox(backlog.outbox_rows.unsigned_abs(), backlog.outbox_oldest_secs);
        self.metrics.held_messages(backlog.held_messages.unsigned_abs());
        self.metrics.dead_letters(backlog.dead_letters.unsigned_abs());
        if !self.handlers.is_empty() {
            let held = self.leases.held();
            join_all(Shard::all().map(|shard| self.lag(shard, held.contains_key(&shard)))).await;
        }
        Ok(())
    }

    async fn lag(&self, shard: Shard, held: bool) {
        let label = shard.number().unsigned_abs();
        if !held {
            self.metrics.consumer_lag_gone(label);
            return;
        }
        let durable = Namespace::durable(self.handlers.service(), shard);
        let stream = contracts::streams::events(self.bus.namespace()).name;
        let consumer: Result<PullConsumer, _> = self
            .bus
            .jetstream()
            .get_consumer_from_stream(durable, stream)
            .await;
        if let Ok(consumer) = consumer {
            let info = consumer.cached_info();
            self.metrics
                .consumer_lag(label, info.num_pending + info.num_ack_pending as u64);
        }
    }
}
