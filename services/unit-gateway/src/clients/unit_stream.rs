//! The account UNITS: documents go into the stream `UNITS`, each subscribing unit has one durable consumer there.
//!
//! Our own services never connect to this account, so what is stolen from a unit never meets internal traffic.
use crate::domain::delivery::Claimed;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, Info, PullConsumer, pull};
use async_nats::jetstream::stream::ConsumerErrorKind;
use async_nats::{HeaderMap, Subject};
use bus::{Bus, BusError};
use contracts::envelope::{HEADER_MESSAGE_ID, HEADER_TRACEPARENT};
use contracts::ids::UnitCode;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::TryStreamExt;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Media type of a CloudEvents document in one piece.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";
/// Documents that a unit may have in hand without having acknowledged them.
const ACK_PENDING_MAX: i64 = 256;
/// After this long without an acknowledgement the server sends a document again.
const ACK_WAIT: Duration = Duration::from_secs(60);

/// How far a unit has read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// The unit.
    pub unit: UnitCode,
    /// How far its acknowledgements reach without a gap, as its consumer counts.
    pub acknowledged: u64,
    /// Documents it has not acknowledged.
    pub unread: u64,
}

/// The stream of the units. Cheap to clone.
#[derive(Clone, Debug)]
pub struct UnitStream {
    bus: Bus,
}

impl UnitStream {
    /// On a connection to the account UNITS.
    #[must_use]
    pub const fn new(bus: Bus) -> Self {
        Self { bus }
    }

    /// The connection, for commands.
    #[must_use]
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Publishes one document and waits until the stream has it. A repeat of the same try is dropped by its id.
    ///
    /// # Errors
    /// When the server refuses or does not answer; the document may have arrived nevertheless.
    #[expect(
        clippy::disallowed_methods,
        reason = "the table deliveries is the outbox of this account"
    )]
    pub async fn send(&self, claimed: &Claimed, traceparent: Option<&str>) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER_MESSAGE_ID, claimed.message_id().as_str());
        headers.insert("Content-Type", MEDIA_TYPE);
        if let Some(traceparent) = traceparent {
            headers.insert(HEADER_TRACEPARENT, traceparent);
        }
        let subject = self
            .bus
            .namespace()
            .unit_order(&claimed.unit, claimed.notice.as_str());
        self.bus
            .jetstream()
            .publish_with_headers(subject, headers, claimed.document.clone().into())
            .await
            .map_err(BusError::nats("publish document"))?
            .await
            .map_err(BusError::nats("document acknowledgement"))?;
        Ok(())
    }

    /// Answers a command.
    ///
    /// # Errors
    /// When the connection is closed.
    #[expect(
        clippy::disallowed_methods,
        reason = "an answer is worth nothing to anybody but the waiting asker"
    )]
    pub async fn reply(&self, to: Subject, body: Vec<u8>) -> Result<(), BusError> {
        self.bus
            .client()
            .publish(to, body.into())
            .await
            .map_err(BusError::nats("answer"))
    }

    /// Makes (or keeps) the durable consumer of a unit. Units may not make their own: the filter would not hold.
    ///
    /// # Errors
    /// When the server refuses, or the stream is not provisioned.
    pub async fn keep_consumer(&self, unit: &UnitCode) -> Result<(), BusError> {
        let namespace = self.bus.namespace();
        let config = pull::Config {
            durable_name: Some(Namespace::unit_durable(unit)),
            description: Some(format!("orders of unit {unit}")),
            filter_subject: namespace.unit_orders(unit),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: ACK_PENDING_MAX,
            num_replicas: self.bus.replicas(),
            ..pull::Config::default()
        };
        let stream = streams::units(namespace).name;
        self.bus
            .jetstream()
            .create_consumer_on_stream(config, stream)
            .await
            .map_err(BusError::nats(format!("consumer of unit {unit}")))?;
        Ok(())
    }

    /// Whether a unit has its consumer: one question, however many units there are.
    ///
    /// # Errors
    /// When the server does not answer, or the stream is not provisioned.
    pub async fn has_consumer(&self, unit: &UnitCode) -> Result<bool, BusError> {
        Ok(self.consumer(unit).await?.is_some())
    }

    /// A unit's consumer as it is now.
    async fn consumer(&self, unit: &UnitCode) -> Result<Option<PullConsumer>, BusError> {
        let (durable, stream) = (
            Namespace::unit_durable(unit),
            streams::units(self.bus.namespace()).name,
        );
        let jetstream = self.bus.jetstream();
        let found: Result<PullConsumer, _> = jetstream.get_consumer_from_stream(durable, stream).await;
        match found {
            Ok(consumer) => Ok(Some(consumer)),
            Err(error) => match error.kind() {
                ConsumerErrorKind::JetStream(answer)
                    if answer.error_code() == ErrorCode::CONSUMER_NOT_FOUND =>
                {
                    Ok(None)
                }
                _ => Err(BusError::nats(format!("consumer of unit {unit}"))(error)),
            },
        }
    }

    /// Whether something in the stream waits to be read by a unit. One whose consumer is missing may not have read anything.
    ///
    /// # Errors
    /// When the server does not answer, or the stream is not provisioned.
    pub async fn has_unread(&self, unit: &UnitCode) -> Result<bool, BusError> {
        let found = self.consumer(unit).await?;
        Ok(found.is_none_or(|consumer| {
            let info = consumer.cached_info();
            info.num_pending > 0 || info.num_ack_pending > 0
        }))
    }

    /// How long the stream keeps what is not read.
    #[must_use]
    pub fn keeps_days(&self) -> u64 {
        streams::units(self.bus.namespace()).max_age_days
    }

    /// How far those of the units have read that have a consumer.
    ///
    /// # Errors
    /// When the server does not answer, or the stream is not provisioned.
    pub async fn readings(&self, units: &[UnitCode]) -> Result<Vec<Read>, BusError> {
        let name = streams::units(self.bus.namespace()).name;
        let stream = self
            .bus
            .jetstream()
            .get_stream(name)
            .await
            .map_err(BusError::nats("stream of the units"))?;
        let infos: Vec<Info> = stream
            .consumers()
            .try_collect()
            .await
            .map_err(BusError::nats("consumers of the units"))?;
        let mut infos: HashMap<String, Info> =
            infos.into_iter().map(|info| (info.name.clone(), info)).collect();
        let read = |unit: &UnitCode| {
            let info = infos.remove(&Namespace::unit_durable(unit))?;
            let in_hand = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
            Some(Read {
                unit: unit.clone(),
                acknowledged: info.ack_floor.consumer_sequence,
                unread: info.num_pending.saturating_add(in_hand),
            })
        };
        Ok(units.iter().filter_map(read).collect())
    }

    /// Those of the units that have no consumer. Lists all of them: for the job that looks after everybody.
    ///
    /// # Errors
    /// When the server does not answer, or the stream is not provisioned.
    pub async fn without_consumer(&self, units: Vec<UnitCode>) -> Result<Vec<UnitCode>, BusError> {
        let name = streams::units(self.bus.namespace()).name;
        let stream = self
            .bus
            .jetstream()
            .get_stream(name)
            .await
            .map_err(BusError::nats("stream of the units"))?;
        let names: HashSet<String> = stream
            .consumer_names()
            .try_collect()
            .await
            .map_err(BusError::nats("consumers of the units"))?;
        Ok(units
            .into_iter()
            .filter(|unit| !names.contains(&Namespace::unit_durable(unit)))
            .collect())
    }
}
