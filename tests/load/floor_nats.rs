//! The transport's half of the floor: publish with an acknowledgement, pipelined; pull in batches, acknowledge.
use crate::volume::Volume;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::{self, stream};
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use system_tests::cluster::{Cluster, until};
use tokio::task::JoinSet;

/// A stream of its own with as many consumers as an event has hearers. Cheap to clone.
#[derive(Clone)]
pub struct Transport {
    context: jetstream::Context,
    body: bytes::Bytes,
    consumers: usize,
    consumed: Arc<AtomicU64>,
    running: Arc<JoinSet<()>>,
}

const STREAM: &str = "FLOOR";
const BATCH: usize = 256;
/// Publishes that wait for their acknowledgement, per worker.
const IN_FLIGHT: usize = 256;
const DRAIN_DEADLINE: Duration = Duration::from_secs(60);

impl Transport {
    /// Makes the stream and starts its consumers.
    pub async fn open(cluster: &Cluster, volume: &Volume) -> anyhow::Result<Self> {
        let context = cluster.transport().await?;
        let config = stream::Config {
            name: STREAM.to_owned(),
            subjects: vec!["floor.>".to_owned()],
            ..stream::Config::default()
        };
        let stream = context.create_stream(config).await?;
        let consumers = (volume.deliveries / volume.messages).round().max(1.0) as usize;
        let (consumed, mut running) = (Arc::<AtomicU64>::default(), JoinSet::new());
        for number in 0..consumers {
            let config = pull::Config {
                durable_name: Some(format!("floor-{number}")),
                ack_policy: AckPolicy::All,
                max_ack_pending: 16_384,
                ..pull::Config::default()
            };
            let consumer = stream.create_consumer(config).await?;
            running.spawn(consume(consumer, Arc::clone(&consumed)));
        }
        let body = vec![b'x'; volume.message_bytes.max(1.0) as usize].into();
        Ok(Self {
            context,
            body,
            consumers,
            consumed,
            running: Arc::new(running),
        })
    }

    /// Publishes so many, each acknowledged.
    pub async fn publish(&self, messages: usize) -> anyhow::Result<()> {
        futures::stream::iter(0..messages)
            .map(|_| self.one())
            .buffer_unordered(IN_FLIGHT)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the floor has no outbox: that is what makes it the floor"
    )]
    async fn one(&self) -> anyhow::Result<()> {
        self.context
            .publish("floor.event", self.body.clone())
            .await?
            .await?;
        Ok(())
    }

    /// Waits until every consumer has had all of so many messages.
    pub async fn drained(&self, messages: u64) -> anyhow::Result<()> {
        let wanted = messages * self.consumers as u64;
        until("the floor's messages are consumed", DRAIN_DEADLINE, || async {
            Ok((self.consumed.load(Ordering::Relaxed) >= wanted).then_some(()))
        })
        .await
    }

    /// Removes the stream.
    pub async fn close(self) -> anyhow::Result<()> {
        drop(self.running);
        self.context.delete_stream(STREAM).await?;
        Ok(())
    }
}

async fn consume(consumer: PullConsumer, consumed: Arc<AtomicU64>) {
    let Ok(mut messages) = consumer.stream().max_messages_per_batch(BATCH).messages().await else {
        return;
    };
    let mut since_ack = 0;
    while let Some(Ok(message)) = messages.next().await {
        since_ack += 1;
        // Acknowledging everything up to this one, as the services do after a batch.
        if since_ack >= BATCH {
            since_ack = 0;
            drop(message.ack().await);
        }
        consumed.fetch_add(1, Ordering::Relaxed);
    }
}
