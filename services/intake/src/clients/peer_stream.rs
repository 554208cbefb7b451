//! The account PEERS of our NATS: links to other hotlines' servers end there. Documents go into the receiver's stream `PEERS`
//! and are there when it acknowledges; questions are answered at once or not at all.
use super::peers::CallError;
use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::message::Acker;
use async_nats::{HeaderMap, Message, Subject, Subscriber};
use bus::{Bus, BusError};
use contracts::envelope::{HEADER_MESSAGE_ID, HEADER_TRACEPARENT};
use contracts::{peer_links, streams};
use futures::StreamExt as _;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Status of an answer, as over HTTP.
const HEADER_STATUS: &str = "Hotline-Status";
/// Documents taken at a time from one peer.
const TAKE_MAX: usize = 32;
/// After this long without an acknowledgement a document is taken again.
const ACK_WAIT: Duration = Duration::from_secs(30);

/// The links. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PeerStream {
    bus: Bus,
    own: Arc<str>,
    timeout: Duration,
    consumers: Arc<Mutex<HashMap<String, PullConsumer>>>,
}

/// A document that a peer has sent.
pub struct Taken {
    /// `message` or `reply`.
    pub kind: String,
    /// Given by the sender, the same whenever it is sent again. `None` = it gave none.
    pub id: Option<Uuid>,
    /// JSON.
    pub body: Vec<u8>,
    /// Of the sender.
    pub traceparent: Option<String>,
    acker: Acker,
}

impl PeerStream {
    /// On a connection to the account; `timeout` is for questions.
    #[must_use]
    pub fn new(bus: Bus, own: &str, timeout: Duration) -> Self {
        Self {
            bus,
            own: own.into(),
            timeout,
            consumers: Arc::default(),
        }
    }

    /// Puts a document into the stream of another hotline; returns when it is there. A repeat is dropped by its id.
    ///
    /// # Errors
    /// When its stream did not confirm it; it may have arrived nevertheless.
    #[expect(
        clippy::disallowed_methods,
        reason = "the table peer_messages is the outbox of this account"
    )]
    pub async fn send(&self, peer: &str, kind: &str, id: Uuid, body: String) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER_MESSAGE_ID, id.to_string().as_str());
        if let Some(traceparent) = telemetry::propagation::current_traceparent() {
            headers.insert(HEADER_TRACEPARENT, traceparent.as_str());
        }
        let subject = peer_links::document(&self.own, peer, kind);
        self.bus
            .jetstream()
            .publish_with_headers(subject, headers, body.into())
            .await
            .map_err(BusError::nats("document for a hotline"))?
            .await
            .map_err(BusError::nats("document for a hotline"))?;
        Ok(())
    }

    /// Asks another hotline; answers status and body as over HTTP.
    ///
    /// # Errors
    /// When nobody answered.
    pub async fn ask(&self, peer: &str, what: &str, body: String) -> Result<(u16, String), CallError> {
        let subject = peer_links::ask(&self.own, peer, what);
        let request = self.bus.client().request(subject, body.into());
        let answer = tokio::time::timeout(self.timeout, request)
            .await
            .map_err(|_| CallError::TimedOut)?
            .map_err(|_| CallError::Unreachable)?;
        let status = answer
            .headers
            .as_ref()
            .and_then(|headers| headers.get(HEADER_STATUS));
        let status = status.and_then(|status| status.as_str().parse().ok());
        let status = status.ok_or(CallError::Unreachable)?;
        Ok((status, String::from_utf8_lossy(&answer.payload).into_owned()))
    }

    /// Questions of other hotlines; each is answered by one of our replicas.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn asked(&self, service: &str) -> Result<Subscriber, BusError> {
        let subject = peer_links::asks_for(&self.own);
        let client = self.bus.client();
        let subscribed = client.queue_subscribe(subject, service.to_owned()).await;
        subscribed.map_err(BusError::nats("questions of hotlines"))
    }

    /// Who asks, and what, if the subject is one of ours.
    #[must_use]
    pub fn asker<'a>(&self, message: &'a Message) -> Option<(&'a str, &'a str)> {
        match peer_links::parse(&self.own, message.subject.as_str())? {
            (peer, "ask", what) => Some((peer, what)),
            _ => None,
        }
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When the connection is closed.
    #[expect(
        clippy::disallowed_methods,
        reason = "an answer is worth nothing to anybody but the waiting asker"
    )]
    pub async fn answer(&self, to: Subject, status: u16, body: Vec<u8>) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER_STATUS, status.to_string().as_str());
        let sent = self
            .bus
            .client()
            .publish_with_headers(to, headers, body.into())
            .await;
        sent.map_err(BusError::nats("answer to a hotline"))
    }

    /// What a peer has sent and nobody has taken yet, in order; nothing is waited for.
    ///
    /// # Errors
    /// When our own server does not answer, or the stream is not provisioned.
    pub async fn take(&self, peer: &str) -> Result<Vec<Taken>, BusError> {
        let consumer = self.consumer(peer).await?;
        let taken = self.fetch(peer, &consumer).await;
        if taken.is_err() {
            // The consumer may be gone with its stream; the next run makes it anew.
            self.known().remove(peer);
        }
        taken
    }

    async fn fetch(&self, peer: &str, consumer: &PullConsumer) -> Result<Vec<Taken>, BusError> {
        let failed = || format!("documents of hotline {peer}");
        let mut messages = consumer
            .fetch()
            .max_messages(TAKE_MAX)
            .messages()
            .await
            .map_err(BusError::nats(failed()))?;
        let mut taken = Vec::new();
        while let Some(message) = messages.next().await {
            let message = message.map_err(|source| BusError::Nats {
                what: failed(),
                source,
            })?;
            let (message, acker) = message.split();
            let header = |name: &str| {
                let headers = message.headers.as_ref()?;
                headers.get(name).map(|value| value.as_str().to_owned())
            };
            let kind = peer_links::parse(&self.own, &message.subject).map(|(_, _, kind)| kind.to_owned());
            taken.push(Taken {
                kind: kind.unwrap_or_default(),
                id: header(HEADER_MESSAGE_ID).and_then(|id| id.parse().ok()),
                traceparent: header(HEADER_TRACEPARENT),
                body: message.payload.to_vec(),
                acker,
            });
        }
        Ok(taken)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, PullConsumer>> {
        self.consumers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The consumer of one peer's documents, made when there is none.
    async fn consumer(&self, peer: &str) -> Result<PullConsumer, BusError> {
        let known = self.known().get(peer).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let config = pull::Config {
            durable_name: Some(peer_links::durable(peer)),
            description: Some(format!("what hotline {peer} says")),
            filter_subject: peer_links::documents(peer, &self.own),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            num_replicas: self.bus.replicas(),
            ..pull::Config::default()
        };
        let stream = streams::peers(&self.own).name;
        let made = self
            .bus
            .jetstream()
            .create_consumer_on_stream(config, stream)
            .await;
        let made = made.map_err(BusError::nats(format!("consumer of hotline {peer}")))?;
        self.known().insert(peer.to_owned(), made.clone());
        Ok(made)
    }
}

impl Taken {
    /// It took effect: the server need not send it again.
    ///
    /// # Errors
    /// When our own server does not confirm; then it comes again and changes nothing.
    pub async fn done(&self) -> Result<(), BusError> {
        let acked = self.acker.double_ack().await;
        acked.map_err(|source| BusError::Nats {
            what: "acknowledgement".to_owned(),
            source,
        })
    }

    /// It can never take effect.
    ///
    /// # Errors
    /// When our own server does not answer.
    pub async fn drop_unread(&self) -> Result<(), BusError> {
        let acked = self.acker.double_ack_with(AckKind::Term).await;
        acked.map_err(|source| BusError::Nats {
            what: "termination".to_owned(),
            source,
        })
    }
}
