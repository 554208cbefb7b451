//! A unit's own system on NATS, in Rust: it knows the stream, its durable consumer, its command subject and its key,
//! and nothing else of the platform.
use crate::Platform;
use crate::people::text;
use async_nats::HeaderMap;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{self, AckKind};
use contracts::envelope::HEADER_TRACEPARENT;
use contracts::ids::UnitCode;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Role;
use testkit::servers::servers;

/// The unit's system.
pub struct NatsUnit {
    unit: UnitCode,
    key: String,
    namespace: Namespace,
    client: async_nats::Client,
    consumer: PullConsumer,
}

/// What arrived.
#[derive(Debug)]
pub struct Received {
    /// The CloudEvents document.
    pub document: Value,
    /// Its trace context.
    pub traceparent: Option<String>,
    /// Everything as it came over the wire, headers included.
    pub raw: String,
}

/// How long the unit waits for what must be there already, and for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

impl NatsUnit {
    /// Registers the unit's way and a key for it, as an administrator does, and connects as the unit.
    ///
    /// # Panics
    /// When the platform or the server refuses.
    pub async fn open(platform: &Platform, unit: &str) -> Self {
        let admin = platform.gateway.http(Role::Admin);
        let way = admin
            .put(&format!("/v1/units/{unit}/access"), json!({ "way": "nats" }))
            .await;
        assert!(way.status.is_success(), "{}", way.body);
        platform.settle().await;
        let key = admin
            .post(&format!("/v1/units/{unit}/keys"), json!({}))
            .await
            .expect(201);
        let options =
            async_nats::ConnectOptions::with_user_and_password("units".to_owned(), "units".to_owned())
                .custom_inbox_prefix(format!("_INBOX_{unit}"));
        let client = options
            .connect(servers().nats.url())
            .await
            .expect("the account of the units");
        let namespace = Namespace::new(&platform.world.namespace);
        let unit = UnitCode::from(unit);
        let consumer = jetstream::new(client.clone())
            .get_consumer_from_stream(Namespace::unit_durable(&unit), streams::units(&namespace).name)
            .await
            .expect("the platform has made the unit's consumer");
        Self {
            unit,
            key: text(&key.body, "key"),
            namespace,
            client,
            consumer,
        }
    }

    /// The next document, acknowledged.
    ///
    /// # Panics
    /// When none comes.
    pub async fn next(&self) -> Received {
        let mut batch = self
            .consumer
            .batch()
            .max_messages(1)
            .expires(PATIENCE)
            .messages()
            .await
            .expect("a pull");
        let message = batch
            .next()
            .await
            .expect("a document waits")
            .expect("a readable message");
        message
            .ack_with(AckKind::Ack)
            .await
            .expect("the server takes the acknowledgement");
        let traceparent = message
            .headers
            .as_ref()
            .and_then(|headers| headers.get(HEADER_TRACEPARENT));
        Received {
            document: serde_json::from_slice(&message.payload).expect("JSON"),
            traceparent: traceparent.map(|value| value.as_str().to_owned()),
            raw: format!(
                "{:?} {}",
                message.headers,
                String::from_utf8_lossy(&message.payload)
            ),
        }
    }

    /// Sends a command with the unit's key; answers what the platform replied.
    pub async fn ask(&self, verb: &str, command: &Value) -> Value {
        self.send(&self.key, verb, command, None).await
    }

    /// Sends a command in the trace of a document.
    pub async fn ask_in_trace(&self, verb: &str, command: &Value, traceparent: &str) -> Value {
        self.send(&self.key, verb, command, Some(traceparent)).await
    }

    /// Sends a command with another key; an empty one is left out.
    pub async fn ask_with_key(&self, key: &str, verb: &str, command: &Value) -> Value {
        self.send(key, verb, command, None).await
    }

    async fn send(&self, key: &str, verb: &str, command: &Value, traceparent: Option<&str>) -> Value {
        let mut headers = HeaderMap::new();
        if !key.is_empty() {
            headers.insert("Authorization", format!("Bearer {key}"));
        }
        if let Some(traceparent) = traceparent {
            headers.insert(HEADER_TRACEPARENT, traceparent);
        }
        let subject = self.namespace.unit_command(&self.unit, verb);
        let request = self
            .client
            .request_with_headers(subject, headers, command.to_string().into());
        let reply = tokio::time::timeout(PATIENCE, request)
            .await
            .expect("an answer in time")
            .expect("an answer");
        serde_json::from_slice(&reply.payload).expect("JSON")
    }
}
