//! One durable consumer per service and shard, read strictly in the order of the stream.
//!
//! The consumers live in the server's memory; their positions stand in the database (`settle`).
//!
//! JetStream redelivers an unacknowledged message *after* newer ones, which would turn an order's facts
//! around. So a feed begins by resetting its consumer to the acknowledged floor, counts deliveries, and begins
//! again at a gap (a message lost on the way) or when the lane could not apply what it gave. Repeats are
//! dropped by the inbox; the order is never wrong.
use crate::life::{self, Life};
use crate::{Bus, BusConfig, BusError, settle};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::message::Acker;
use async_nats::jetstream::{self, AckKind};
use contracts::envelope::HEADER_KEY;
use contracts::event::EventType;
use contracts::shard::Shard;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::StreamExt;
use sqlx::PgPool;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

/// A message on its way from a shard's consumer to the lane.
pub struct Delivery {
    /// Whose shard.
    pub shard: Shard,
    /// Start of the feed that gave it; stale when the feed began again since.
    pub generation: u64,
    /// Life of the stream it came from.
    pub life: Life,
    /// Its sequence there.
    pub sequence: u64,
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

/// A consumer that was just set back to its acknowledged floor.
pub struct Opened {
    /// The consumer.
    pub consumer: PullConsumer,
    /// Life of its stream.
    pub life: Life,
    /// Deliveries so far.
    pub delivered: u64,
}

/// What a service hears, and how its consumers are made.
#[derive(Clone)]
pub struct Feed {
    /// The database, for the positions.
    pub pool: PgPool,
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
    /// The consumer of one shard, made or brought up to date, and set back to its acknowledged floor.
    ///
    /// # Errors
    /// When the server refuses or is away.
    pub async fn open(&self, shard: Shard) -> Result<Opened, BusError> {
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
            .get_stream(streams::events(namespace).name)
            .await
            .map_err(BusError::nats("stream EVENTS"))?;
        let life = life::of(&stream)?;
        let deliver_policy = match settle::position(&self.pool, shard, life).await? {
            Some(sequence) => DeliverPolicy::ByStartSequence {
                start_sequence: sequence + 1,
            },
            None => DeliverPolicy::All,
        };
        let wanted = pull::Config {
            durable_name: Some(Namespace::durable(self.service, shard)),
            deliver_policy,
            ack_policy: AckPolicy::All,
            ack_wait: Duration::from_secs(self.config.ack_wait_secs),
            max_deliver: -1,
            max_ack_pending: 4_096,
            memory_storage: true,
            filter_subjects,
            ..pull::Config::default()
        };
        let mut consumer = self
            .never_narrower(&stream, wanted, namespace.every_event(shard))
            .await?;
        consumer
            .reset(None)
            .await
            .map_err(BusError::nats("consumer reset"))?;
        let delivered = consumer.cached_info().delivered.consumer_sequence;
        Ok(Opened {
            consumer,
            life,
            delivered,
        })
    }

    /// The consumer, made when it is absent. It hears what is wanted and what it heard before: a replica of an older
    /// version that takes the shard over must not take away what a newer one hears, because its acknowledgements
    /// would pass over that for good. What has no handler here is dropped by the lane.
    async fn never_narrower(
        &self,
        stream: &jetstream::stream::Stream,
        wanted: pull::Config,
        everything: String,
    ) -> Result<PullConsumer, BusError> {
        let durable = wanted.durable_name.clone().unwrap_or_default();
        let consumer: PullConsumer = stream
            .get_or_create_consumer(&durable, wanted.clone())
            .await
            .map_err(BusError::nats("consumer"))?;
        let existing = &consumer.cached_info().config;
        let mut hears: BTreeSet<String> = existing.filter_subjects.iter().cloned().collect();
        hears.extend((!existing.filter_subject.is_empty()).then(|| existing.filter_subject.clone()));
        let heard = hears.len();
        hears.extend(wanted.filter_subjects);
        if hears.len() == heard || heard == 0 || (heard == 1 && hears.contains(&everything)) {
            return Ok(consumer);
        }
        if hears.contains(&everything) {
            hears = BTreeSet::from([everything]);
        }
        let wider = pull::Config {
            deliver_policy: existing.deliver_policy,
            ack_wait: existing.ack_wait,
            memory_storage: existing.memory_storage,
            filter_subjects: hears.into_iter().collect(),
            ..wanted
        };
        stream
            .create_consumer(wider)
            .await
            .map_err(BusError::nats("consumer"))
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
        let Opened {
            consumer,
            life,
            mut delivered,
        } = self.open(shard).await?;
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
            let (number, delivery) = read(message, shard, life, generation)?;
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

    /// What waits right now, without waiting for more: the stepping form of a feed, for tests and drains. Where nothing waits,
    /// `patience` is how long the first message is waited for.
    ///
    /// # Errors
    /// When the server refuses or is away.
    pub async fn take_waiting(
        &self,
        shard: Shard,
        opened: &Opened,
        patience: Option<Duration>,
    ) -> Result<Vec<Delivery>, BusError> {
        let fetch = opened.consumer.fetch().max_messages(PULL_BATCH);
        let fetch = match patience {
            Some(patience) => fetch.expires(patience),
            None => fetch,
        };
        let mut messages = fetch.messages().await.map_err(BusError::nats("fetch"))?;
        let mut deliveries = Vec::new();
        while let Some(message) = messages.next().await {
            let message = message.map_err(|source| BusError::Nats {
                what: "fetch".to_owned(),
                source,
            })?;
            deliveries.push(read(message, shard, opened.life, 0)?.1);
        }
        Ok(deliveries)
    }
}

fn read(
    message: jetstream::Message,
    shard: Shard,
    life: Life,
    generation: u64,
) -> Result<(u64, Delivery), BusError> {
    let info = message.info().map_err(|source| BusError::Nats {
        what: "delivery info".to_owned(),
        source,
    })?;
    let (number, sequence) = (info.consumer_sequence, info.stream_sequence);
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
            life,
            sequence,
            subject: message.subject.to_string(),
            key: header.and_then(|key| key.as_str().parse().ok()),
            body: message.payload,
            acker,
        },
    ))
}
