//! What a service does with an event: decode, make a command, let one use case apply the slice.
use crate::error::BusError;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::envelope::Envelope;
use contracts::event::{Event, EventType};
use contracts::shard::Shard;
use db::{Conn, DbError, Work};
use serde_json::value::RawValue;
use std::collections::{HashMap, HashSet};
use tracing::Span;
use uuid::Uuid;

/// One event as it arrived.
#[derive(Debug)]
pub struct Incoming {
    /// Shard of its line.
    pub shard: Shard,
    /// Metadata and the undecoded payload.
    pub envelope: Envelope<Box<RawValue>>,
    /// The body as it came, for holding it back.
    pub body: String,
    /// Its own span, in the trace of its producer.
    pub span: Span,
}

impl Incoming {
    /// Reads a message body.
    ///
    /// # Errors
    /// When it is not an envelope.
    pub fn read(shard: Shard, body: &[u8]) -> Result<Self, serde_json::Error> {
        let envelope: Envelope<Box<RawValue>> = serde_json::from_slice(body)?;
        if envelope.event_type.contains('\0') {
            return Err(serde::de::Error::custom(
                "the event type contains a NUL, which no table can hold",
            ));
        }
        let span = tracing::info_span!("consume", otel.name = %format!("consume.{}", envelope.event_type),
            otel.kind = "consumer", service = tracing::field::Empty, messaging.message.id = %envelope.id,
            order.key = %envelope.key);
        telemetry::propagation::set_parent(&span, envelope.traceparent.as_deref());
        Ok(Self {
            shard,
            envelope,
            body: String::from_utf8_lossy(body).into_owned(),
            span,
        })
    }

    /// The order id or complaint id in whose line it stands.
    #[must_use]
    pub const fn key(&self) -> Uuid {
        self.envelope.key
    }
}

/// What became of one event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It took effect, or rightly has none.
    Done,
    /// Not yet: try again later, hold its line meanwhile.
    Retry(String),
    /// Never: park it for a person.
    Dead(String),
}

/// A consumer of one or more event types, in the order their lines demand.
#[async_trait::async_trait]
pub trait Handler: Send + Sync {
    /// `on_<event>`, as in the file name.
    fn name(&self) -> &'static str;
    /// What it hears; empty = everything.
    fn hears(&self) -> Vec<EventType>;
    /// Applies the events in the given transaction; one verdict each, in order. An event whose verdict is not
    /// `Done` has changed nothing.
    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        events: &[&Incoming],
    ) -> Result<Vec<Verdict>, DbError>;
}

/// How one event type becomes a command of the use case `W`.
pub struct Heard<W: Work> {
    event: EventType,
    /// Made once: it is compared for every event.
    family: String,
    read: Read<W>,
}

type Read<W> = Box<dyn Fn(&Incoming) -> Result<<W as Work>::Command, Verdict> + Send + Sync>;

/// Hears `E` and turns it into a command.
pub fn heard<E: Event, W: Work>(
    command: impl Fn(Envelope<E>) -> W::Command + Send + Sync + 'static,
) -> Heard<W> {
    Heard {
        event: E::TYPE,
        family: E::TYPE.family(),
        read: Box::new(move |event| Ok(command(decode::<E>(event)?))),
    }
}

/// A handler made of a use case and the event types that become its commands.
struct On<W: Work, R> {
    name: &'static str,
    service: &'static str,
    work: W,
    heard: Vec<Heard<W>>,
    refused: R,
}

/// Hears several event types and gives them to one use case, in their order: an order that three events of one batch
/// move is loaded and written once. A refusal is read as a verdict.
pub fn on_several<W, R>(
    service: &'static str,
    name: &'static str,
    work: W,
    heard: Vec<Heard<W>>,
    refused: R,
) -> Box<dyn Handler>
where
    W: Work,
    R: Fn(&W::Refusal) -> Verdict + Send + Sync + 'static,
{
    Box::new(On {
        name,
        service,
        work,
        heard,
        refused,
    })
}

/// Hears `E`, turns each into a command of `work`, and reads a refusal as a verdict.
pub fn on<E, W, C, R>(
    service: &'static str,
    name: &'static str,
    work: W,
    command: C,
    refused: R,
) -> Box<dyn Handler>
where
    E: Event,
    W: Work,
    C: Fn(Envelope<E>) -> W::Command + Send + Sync + 'static,
    R: Fn(&W::Refusal) -> Verdict + Send + Sync + 'static,
{
    on_several(service, name, work, vec![heard(command)], refused)
}

impl<W: Work, R> On<W, R> {
    fn read(&self, event: &Incoming) -> Result<W::Command, Verdict> {
        let event_type = &event.envelope.event_type;
        let family = family_of(event_type);
        match self.heard.iter().find(|heard| heard.family == family) {
            Some(heard) => (heard.read)(event),
            None => Err(Verdict::Dead(format!("{} does not hear {event_type}", self.name))),
        }
    }
}

#[async_trait::async_trait]
impl<W, R> Handler for On<W, R>
where
    W: Work,
    R: Fn(&W::Refusal) -> Verdict + Send + Sync,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn hears(&self) -> Vec<EventType> {
        self.heard.iter().map(|heard| heard.event).collect()
    }

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        events: &[&Incoming],
    ) -> Result<Vec<Verdict>, DbError> {
        let mut verdicts = vec![Verdict::Done; events.len()];
        let mut commands = Vec::with_capacity(events.len());
        let mut positions = Vec::with_capacity(events.len());
        let mut stopped: HashSet<Uuid> = HashSet::new();
        for (position, event) in events.iter().enumerate() {
            if stopped.contains(&event.key()) {
                verdicts[position] = Verdict::Retry("stands behind an event that cannot be read".to_owned());
                continue;
            }
            match self.read(event) {
                Ok(command) => {
                    let traceparent = event.span.in_scope(telemetry::propagation::current_traceparent);
                    let cause = event.envelope.cause(self.service, traceparent);
                    commands.push(Asked { cause, command });
                    positions.push(position);
                }
                Err(verdict) => {
                    stopped.insert(event.key());
                    verdicts[position] = verdict;
                }
            }
        }
        if !commands.is_empty() {
            let results = self.work.apply(conn, now, &commands).await?;
            assert_eq!(
                results.len(),
                commands.len(),
                "{} must answer every command",
                W::NAME
            );
            for (position, result) in positions.into_iter().zip(results) {
                if let Err(refusal) = result {
                    verdicts[position] = (self.refused)(&refusal);
                }
            }
        }
        Ok(verdicts)
    }
}

/// `<service>.<noun>.<past>` without the version.
fn family_of(event_type: &str) -> &str {
    event_type
        .rsplit_once('.')
        .map_or(event_type, |(family, _)| family)
}

/// Decodes the payload. A newer version is retried (readers are deployed before writers), a broken one is dead.
fn decode<E: Event>(event: &Incoming) -> Result<Envelope<E>, Verdict> {
    let envelope = &event.envelope;
    if envelope.event_type != E::TYPE.to_string() {
        return Err(Verdict::Retry(format!(
            "{} is not a version this program reads ({})",
            envelope.event_type,
            E::TYPE
        )));
    }
    let data: E = serde_json::from_str(envelope.data.get())
        .map_err(|error| Verdict::Dead(format!("{} cannot be read: {error}", envelope.event_type)))?;
    Ok(Envelope {
        id: envelope.id,
        event_type: envelope.event_type.clone(),
        occurred_at: envelope.occurred_at,
        key: envelope.key,
        sequence: envelope.sequence,
        correlation_id: envelope.correlation_id,
        causation_id: envelope.causation_id,
        actor: envelope.actor.clone(),
        traceparent: envelope.traceparent.clone(),
        data,
    })
}

/// The handlers of one service.
pub struct Handlers {
    service: &'static str,
    list: Vec<Box<dyn Handler>>,
    of_family: HashMap<String, usize>,
    of_everything: Option<usize>,
}

impl Handlers {
    /// Checks that no event type has two handlers.
    ///
    /// # Errors
    /// Names the type that two handlers claim.
    pub fn new(service: &'static str, list: Vec<Box<dyn Handler>>) -> Result<Self, BusError> {
        let of_everything = list.iter().position(|handler| handler.hears().is_empty());
        let mut of_family = HashMap::new();
        for (position, handler) in list.iter().enumerate() {
            for heard in handler.hears() {
                if of_family.insert(heard.family(), position).is_some() {
                    return Err(BusError::NotFound(format!(
                        "two handlers hear {}",
                        heard.family()
                    )));
                }
            }
        }
        Ok(Self {
            service,
            list,
            of_family,
            of_everything,
        })
    }

    /// The service they belong to.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// Every event type heard; `None` when one handler hears everything.
    #[must_use]
    pub fn families(&self) -> Option<Vec<EventType>> {
        if self.list.iter().any(|handler| handler.hears().is_empty()) {
            return None;
        }
        Some(self.list.iter().flat_map(|handler| handler.hears()).collect())
    }

    /// True when nothing is heard at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Position of the handler of an event type, for grouping. One that hears everything gets what no other hears.
    #[must_use]
    pub fn position(&self, event_type: &str) -> Option<usize> {
        self.of_family
            .get(family_of(event_type))
            .copied()
            .or(self.of_everything)
    }

    /// The handler at a position.
    #[must_use]
    pub fn at(&self, position: usize) -> &dyn Handler {
        &*self.list[position]
    }
}
