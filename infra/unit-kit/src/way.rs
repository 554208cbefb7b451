//! How a document is brought to the unit.
use anyhow::Context as _;
use async_nats::jetstream::{self, consumer::PullConsumer};
use contracts::subjects::Namespace;
use reqwest::Client;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The platform's limit of one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a consumer is asked how far it is.
const LOOK: Duration = Duration::from_millis(100);

/// A way to the unit.
#[derive(Clone, Debug)]
pub enum Way {
    /// Its endpoint.
    Webhook {
        /// Makes the calls.
        client: Client,
        /// Where.
        endpoint: String,
        /// Shared with the unit.
        secret: Vec<u8>,
    },
    /// Its durable consumer.
    Nats {
        /// The connection.
        jetstream: jetstream::Context,
        /// Its consumer.
        consumer: Box<PullConsumer>,
    },
}

/// How a call is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signed {
    /// As it must be.
    Well,
    /// With another secret.
    Wrongly,
    /// Right, but this long ago.
    Ago(i64),
    /// Right, but then the body was changed.
    Changed,
    /// With no header at all.
    Not,
    /// While a secret is being replaced: first by a secret that the unit does not have.
    Rotated,
}

/// What became of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Answered 2xx, or acknowledged.
    pub accepted: bool,
    /// What was answered.
    pub how: String,
    /// Status of a webhook.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
}

impl Way {
    /// To an endpoint.
    ///
    /// # Errors
    /// When the secret is none, or TLS cannot be used.
    pub fn webhook(endpoint: &str, secret: &str) -> anyhow::Result<Self> {
        Ok(Self::Webhook {
            client: Client::builder()
                .timeout(CALL_TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()?,
            endpoint: endpoint.to_owned(),
            secret: signing::read(secret).context("a secret is whsec_ and base64 of 24 to 64 bytes")?,
        })
    }

    /// Brings a document, and waits for what becomes of it, at most `patience` over NATS.
    ///
    /// # Errors
    /// When NATS fails; a webhook that fails is an answer.
    pub async fn tell(
        &self,
        unit: &str,
        document: &Value,
        signed: Signed,
        patience: Duration,
    ) -> anyhow::Result<Told> {
        match self {
            Self::Webhook {
                client,
                endpoint,
                secret,
            } => Ok(call(client, endpoint, secret, document, signed).await),
            Self::Nats { jetstream, consumer } => {
                let notice = document["data"]["notice"].as_str().unwrap_or("weather");
                let subject = Namespace::default().unit_order(&unit.into(), notice);
                publish(jetstream, consumer.as_ref().clone(), subject, document, patience).await
            }
        }
    }
}

async fn call(client: &Client, endpoint: &str, secret: &[u8], document: &Value, signed: Signed) -> Told {
    let id = document["id"].as_str().unwrap_or_default();
    let mut body = document.to_string();
    let ago = if let Signed::Ago(secs) = signed { secs } else { 0 };
    let timestamp = crate::now_secs() - ago;
    let good = signing::sign(secret, id, timestamp, body.as_bytes());
    let other = signing::sign(&[0x5a; 32], id, timestamp, body.as_bytes());
    // Every call of the platform has a version in it that a unit need not know.
    let unknown = format!("v1a,{}", "A".repeat(86) + "==");
    let signature = match signed {
        Signed::Wrongly => other,
        Signed::Rotated => format!("{other} {unknown} {good}"),
        _ => format!("{good} {unknown}"),
    };
    if signed == Signed::Changed {
        body = body.replace("联调", "冒充");
    }
    let mut request = client
        .post(endpoint)
        .header("content-type", "application/cloudevents+json");
    if signed != Signed::Not {
        request = request
            .header(signing::HEADER_ID, id)
            .header(signing::HEADER_TIMESTAMP, timestamp.to_string())
            .header(signing::HEADER_SIGNATURE, signature);
    }
    let started = Instant::now();
    let answer = request.body(body).send().await;
    let took = started.elapsed();
    match answer {
        Ok(answer) => Told {
            accepted: answer.status().is_success(),
            how: format!("answered {}", answer.status().as_u16()),
            status: answer.status().as_u16(),
            took,
        },
        Err(error) => Told {
            accepted: false,
            how: if error.is_timeout() {
                format!("no answer in {} s", CALL_TIMEOUT.as_secs())
            } else {
                format!("not reachable ({})", error.without_url())
            },
            status: 0,
            took,
        },
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this plays the platform; nothing of it is real"
)]
async fn publish(
    jetstream: &jetstream::Context,
    mut consumer: PullConsumer,
    subject: String,
    document: &Value,
    patience: Duration,
) -> anyhow::Result<Told> {
    let started = Instant::now();
    let stored = jetstream
        .publish(subject, document.to_string().into())
        .await?
        .await
        .context("store a document")?;
    loop {
        let info = consumer.info().await.context("ask how far the unit is")?;
        let read = info.delivered.stream_sequence >= stored.sequence;
        let accepted = info.ack_floor.stream_sequence >= stored.sequence;
        if accepted || started.elapsed() > patience {
            let how = match (accepted, read) {
                (true, _) => "acknowledged",
                (false, true) => "read, but not acknowledged",
                (false, false) => "not even read",
            };
            return Ok(Told {
                accepted,
                how: how.to_owned(),
                status: 0,
                took: started.elapsed(),
            });
        }
        tokio::time::sleep(LOOK).await;
    }
}
