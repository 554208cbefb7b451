//! A server that asks us who is who, the service that answers, and a unit's own system that logs in there.
use crate::harness::start_with;
use async_nats::{Client, ConnectOptions, HeaderMap};
use contracts::subjects::Namespace;
use futures::StreamExt as _;
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use serde_json::Value;
use std::time::Duration;
use testkit::TestApp;
use testkit::servers::workspace;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use unit_gateway::domain::nats_login::Issuer;

pub const ISSUER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// Long enough for a loaded machine; nothing that works takes it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A server that asks us, and the service that answers.
pub struct Guarded {
    pub app: TestApp,
    nats: Nats,
    _data: ThrowAway,
}

impl Guarded {
    pub async fn start() -> Self {
        Self::start_as("sys").await
    }

    /// With this password for the system account, whose own is `sys`.
    pub async fn start_as(system_password: &str) -> Self {
        let data = ThrowAway::new("isolation").unwrap();
        let issuer = Issuer::new(ISSUER_KEY).unwrap().public_key();
        let config = format!(
            "accounts {{ UNITS {{ jetstream: enabled, users: [ {{ user: units, password: units }} ] }}
               SYS {{ users: [ {{ user: sys, password: sys }} ] }} }}
             system_account: SYS
             authorization {{ timeout: 10, auth_callout {{ issuer: {issuer}, account: UNITS, auth_users: [ units, sys ] }} }}"
        );
        let options = NatsOptions {
            store_dir: data.path().to_owned(),
            port: None,
            config,
            sync_always: false,
        };
        let binaries = Binaries::find(&workspace().join(".run")).unwrap();
        let nats = Nats::start(&binaries, options).await.unwrap();
        let app = start_with(&[
            ("service.units_nats.urls", nats.url().as_str()),
            ("service.unit_logins.issuer_key", ISSUER_KEY),
            ("service.unit_logins.system_user", "sys"),
            ("service.unit_logins.system_password", system_password),
        ])
        .await;
        Self {
            app,
            nats,
            _data: data,
        }
    }

    pub async fn connect(&self, unit: &str, key: &str) -> Result<System, async_nats::ConnectError> {
        System::connect(ConnectOptions::new(), &self.nats.url(), unit, key).await
    }
}

/// A unit's own system, and what its client hears of the server.
pub struct System {
    pub client: Client,
    told: UnboundedReceiver<String>,
}

impl System {
    pub async fn connect(
        options: ConnectOptions,
        url: &str,
        unit: &str,
        key: &str,
    ) -> Result<Self, async_nats::ConnectError> {
        let (tell, told) = unbounded_channel();
        let client = options
            .user_and_password(unit.to_owned(), key.to_owned())
            .custom_inbox_prefix(format!("_INBOX_{unit}"))
            .connection_timeout(PATIENCE)
            .event_callback(move |event| {
                let _ = tell.send(event.to_string());
                async {}
            })
            .connect(url)
            .await?;
        Ok(Self { client, told })
    }

    /// Waits until the server has said something.
    pub async fn hears(&mut self, what: &str) -> String {
        let heard = async {
            loop {
                let event = self.told.recv().await.unwrap();
                if event.to_lowercase().contains(what) {
                    return event;
                }
            }
        };
        tokio::time::timeout(PATIENCE, heard)
            .await
            .unwrap_or_else(|_| panic!("never heard: {what}"))
    }

    pub async fn publish(&self, subject: String, body: &Value) {
        self.client
            .publish_with_reply(subject, self.client.new_inbox(), body.to_string().into())
            .await
            .unwrap();
        self.client.flush().await.unwrap();
    }

    pub async fn ask(&self, subject: String, headers: HeaderMap, body: &Value) -> Value {
        let request = async_nats::Request::new()
            .headers(headers)
            .payload(body.to_string().into())
            .timeout(Some(PATIENCE));
        let answer = self.client.send_request(subject, request).await.unwrap();
        serde_json::from_slice(&answer.payload).unwrap()
    }

    /// The next document of its consumer, acknowledged.
    pub async fn takes(&self, namespace: &Namespace, unit: &str) -> Value {
        let consumer: async_nats::jetstream::consumer::PullConsumer =
            async_nats::jetstream::new(self.client.clone())
                .get_consumer_from_stream(Namespace::unit_durable(&unit.into()), namespace.stream("UNITS"))
                .await
                .unwrap();
        let mut messages = consumer
            .fetch()
            .max_messages(1)
            .expires(PATIENCE)
            .messages()
            .await
            .unwrap();
        let message = messages.next().await.unwrap().unwrap();
        message.double_ack().await.unwrap();
        serde_json::from_slice(&message.payload).unwrap()
    }
}

pub fn bearer(key: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("Authorization", format!("Bearer {key}").as_str());
    headers
}
