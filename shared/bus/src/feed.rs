//! One durable consumer per service and shard, read strictly in the order of the stream.
//!
//! JetStream redelivers an unacknowledged message *after* newer ones, which would turn an order's facts
//! around. So a feed begins by resetting its consumer to the acknowledged floor, counts deliveries, and begins
//! again at a gap (a message lost on the way) or when the lane could not apply what it gave. Repeats are
//! dropped by the inbox; the order is never wrong.
use crate::{Bus, BusConfig, BusError};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::message::Acker;
use async_nats::jetstream::{self, AckKind};
use contracts::envelope::HEADER_KEY;
use contracts::event::EventType;
use contracts::shard::Shard;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

/// A message on its way from a shard's consumer to the lane.
pub struct Delivery {
    /// Whose shard.
    pub shard: Shard,
    /// Start of the feed that gave it; stale when the feed began again since.
    pub generation: u64,
    /// NATS subject, for what cannot be read.
    pub subject: String,
    /// The line it stands in, by its header: known even when the body cannot be read.
    pub key: Option<Uuid>,
    /// The body.
    pub body: bytes::Bytes,
    acker: Acker,
}

impl Delivery {
    /// Acknowledges this message and every earlier one of its consumer. Lost acks only cause repeats.
    pub async fn acknowledge(&self) {
        if let Err(error) = self.acker.ack_with(AckKind::Ack).await {
            tracing::debug!(%error, shard = %self.shard, "ack not sent, the message comes again");
        }
    }
}

/// What a service hears, and how its consumers are made.
#[derive(Clone)]
pub struct Feed {
    /// The connection.
    pub bus: Bus,
    /// The service.
    pub service: &'static str,
    /// Event types heard; `None` = everything.
    pub families: Option<Vec<EventType>>,
    /// Time limits.
    pub config: BusConfig,
}

const PULL_EXPIRES_MAX: Duration = Duration::from_secs(20);
const PULL_BATCH: usize = 256;
/// Wait before a feed that failed begins again.
const RESTART_MS: u64 = 500;

impl Feed {
    /// The consumer of one shard, made or brought up to date, and set back to its acknowledged floor. Answers it
    /// with the number of deliveries so far.
    ///
    /// # Errors
    /// When the server refuses or is away.
    pub async fn open(&self, shard: Shard) -> Result<(PullConsumer, u64), BusError> {
        let namespace = self.bus.namespace();
        let filter_subjects = match &self.families {
            None => vec![namespace.every_event(shard)],
            Some(types) => types
                .iter()
                .map(|event| namespace.event_filter(shard, event))
                .collect(),
        };
        let stream = self
            .bus
            .jetstream()
            .get_stream_no_info(streams::events(namespace).name)
            .await
            .map_err(BusError::nats("stream EVENTS"))?;
        let durable = Namespace::durable(self.service, shard);
        let everything = namespace.every_event(shard);
        let filter_subjects = self
            .never_narrower(&stream, &durable, filter_subjects, everything)
            .await;
        let mut consumer: PullConsumer = stream
            .create_consumer(pull::Config {
                durable_name: Some(durable),
                deliver_policy: DeliverPolicy::All,
                ack_policy: AckPolicy::All,
                ack_wait: Duration::from_secs(self.config.ack_wait_secs),
                max_deliver: -1,
                max_ack_pending: 4_096,
                filter_subjects,
                ..pull::Config::default()
            })
            .await
            .map_err(BusError::nats("consumer"))?;
        consumer
            .reset(None)
            .await
            .map_err(BusError::nats("consumer reset"))?;
        let delivered = consumer.cached_info().delivered.consumer_sequence;
        Ok((consumer, delivered))
    }

    /// What is heard now, and what the consumer heard before. A replica of an older version that takes the shard over
    /// must not take away what a newer one hears: its acknowledgements would pass over that for good. What has no
    /// handler here is dropped by the lane.
    async fn never_narrower(
        &self,
        stream: &jetstream::stream::Stream<()>,
        durable: &str,
        mut wanted: Vec<String>,
        everything: String,
    ) -> Vec<String> {
        let existing: Result<PullConsumer, _> = stream.get_consumer(durable).await;
        if let Ok(existing) = existing {
            let config = &existing.cached_info().config;
            let before = config
                .filter_subjects
                .iter()
                .chain([&config.filter_subject])
                .filter(|subject| !subject.is_empty());
            wanted.extend(before.cloned());
        }
        if wanted.contains(&everything) {
            return vec![everything];
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Feeds the lane until cancelled from outside. Begins again, with the next `generation`, after trouble and
    /// whenever somebody else raises it.
    pub async fn run(self, shard: Shard, generation: watch::Sender<u64>, lane: mpsc::Sender<Delivery>) {
        let mut raised = generation.subscribe();
        loop {
            generation.send_modify(|generation| *generation += 1);
            let current = *raised.borrow_and_update();
            tokio::select! {
                result = self.once(shard, current, &lane) => {
                    if let Err(error) = result {
                        tracing::warn!(shard = %shard, error = &error as &dyn std::error::Error, "feed begins again");
                    }
                    tokio::time::sleep(Duration::from_millis(RESTART_MS)).await;
                }
                _ = raised.changed() => {}
            }
        }
    }

    /// How long the server keeps a pull request. Shorter than a lease, so that the requests of a holder that
    /// stands still are gone before another takes over: else both would be served by turns.
    fn pull_expires(&self) -> Duration {
        Duration::from_millis(self.config.lease_ttl_ms / 2).min(PULL_EXPIRES_MAX)
    }

    async fn once(
        &self,
        shard: Shard,
        generation: u64,
        lane: &mpsc::Sender<Delivery>,
    ) -> Result<(), BusError> {
        let (consumer, mut delivered) = self.open(shard).await?;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(PULL_BATCH)
            .expires(self.pull_expires())
            .heartbeat(self.pull_expires() / 3)
            .messages()
            .await
            .map_err(BusError::nats("pull"))?;
        while let Some(message) = messages.next().await {
            let message = message.map_err(BusError::nats("pull"))?;
            let (number, delivery) = read(message, shard, generation)?;
            if number != delivered + 1 {
                tracing::info!(shard = %shard, expected = delivered + 1, number, "a delivery was lost on the way");
                return Ok(());
            }
            delivered = number;
            if lane.send(delivery).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What waits right now, without waiting for more: the stepping form of a feed, for tests and drains.
    ///
    /// # Errors
    /// When the server refuses or is away.
    pub async fn take_waiting(
        &self,
        shard: Shard,
        consumer: &PullConsumer,
    ) -> Result<Vec<Delivery>, BusError> {
        let mut messages = consumer
            .fetch()
            .max_messages(PULL_BATCH)
            .messages()
            .await
            .map_err(BusError::nats("fetch"))?;
        let mut deliveries = Vec::new();
        while let Some(message) = messages.next().await {
            let message = message.map_err(|source| BusError::Nats {
                what: "fetch".to_owned(),
                source,
            })?;
            deliveries.push(read(message, shard, 0)?.1);
        }
        Ok(deliveries)
    }
}

fn read(message: jetstream::Message, shard: Shard, generation: u64) -> Result<(u64, Delivery), BusError> {
    let number = message
        .info()
        .map_err(|source| BusError::Nats {
            what: "delivery info".to_owned(),
            source,
        })?
        .consumer_sequence;
    let (message, acker) = message.split();
    let header = message
        .headers
        .as_ref()
        .and_then(|headers| headers.get(HEADER_KEY));
    Ok((
        number,
        Delivery {
            shard,
            generation,
            subject: message.subject.to_string(),
            key: header.and_then(|key| key.as_str().parse().ok()),
            body: message.payload,
            acker,
        },
    ))
}
