//! A unit's own system on NATS: its consumer, its commands, its inbox.
use async_nats::HeaderMap;
use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::PullConsumer;
use bus::Bus;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::StreamExt;
use serde_json::Value;
use std::time::Duration;
use testkit::TestApp;
use testkit::servers::servers;

/// A unit's own system.
pub struct UnitSystem {
    pub bus: Bus,
    pub client: async_nats::Client,
    unit: String,
}

impl UnitSystem {
    pub async fn connect(app: &TestApp, unit: &str) -> Self {
        let config = bus::NatsConfig {
            urls: vec![servers().nats.url()],
            user: "units".into(),
            password: "units".to_owned().into(),
            namespace: app.world.namespace.clone(),
            replicas: 1,
            ack_timeout_ms: 5_000,
            monitor_url: String::new(),
            tls_ca_file: String::new(),
            tls_cert_file: String::new(),
            tls_key_file: String::new(),
        };
        let client = async_nats::ConnectOptions::new()
            .user_and_password("units".into(), "units".into())
            .custom_inbox_prefix(format!("_INBOX_{unit}"))
            .connect(servers().nats.url())
            .await
            .unwrap();
        Self {
            bus: Bus::connect(&config, unit).await.unwrap(),
            client,
            unit: unit.to_owned(),
        }
    }

    pub async fn consumer(&self) -> PullConsumer {
        let stream = streams::units(self.bus.namespace()).name;
        let durable = Namespace::unit_durable(&self.unit.as_str().into());
        self.bus
            .jetstream()
            .get_consumer_from_stream(durable, stream)
            .await
            .unwrap()
    }

    /// What waits, acknowledged; the server knows that it is.
    pub async fn take(&self) -> Vec<Message> {
        let mut batch = self
            .consumer()
            .await
            .fetch()
            .max_messages(100)
            .messages()
            .await
            .unwrap();
        let mut taken = Vec::new();
        while let Some(message) = batch.next().await {
            let message = message.unwrap();
            message.double_ack().await.unwrap();
            taken.push(message);
        }
        taken
    }

    pub async fn command(&self, unit: &str, verb: &str, key: Option<&str>, body: &Value) -> Value {
        self.command_with(unit, verb, key, None, body).await
    }

    /// A command that names the state it acts on.
    pub async fn command_with(
        &self,
        unit: &str,
        verb: &str,
        key: Option<&str>,
        if_match: Option<&str>,
        body: &Value,
    ) -> Value {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            headers.insert("Authorization", format!("Bearer {key}").as_str());
        }
        if let Some(tag) = if_match {
            headers.insert("If-Match", tag);
        }
        let subject = self.bus.namespace().unit_command(&unit.into(), verb);
        let request = async_nats::Request::new()
            .headers(headers)
            .payload(body.to_string().into())
            .timeout(Some(Duration::from_secs(20)));
        let answer = self.client.send_request(subject, request).await.unwrap();
        serde_json::from_slice(&answer.payload).unwrap()
    }
}

pub fn documents(messages: &[Message]) -> Vec<Value> {
    messages
        .iter()
        .map(|message| serde_json::from_slice(&message.payload).unwrap())
        .collect()
}
