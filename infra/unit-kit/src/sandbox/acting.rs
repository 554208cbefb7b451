//! How the sandbox unit says something: over REST or NATS, again when nobody answers.
use super::Step;
use anyhow::{Context as _, bail};
use contracts::subjects::Namespace;
use contracts::unit_documents::UnitDocumentV1;
use reqwest::Client;
use serde_json::{Value, json};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);
/// A platform that is away for longer is no longer tried.
const TRIES: usize = 60;

/// A way to act.
#[derive(Clone, Debug)]
pub enum Acting {
    /// With the address of the platform.
    Rest(Client, String),
    /// By request and reply.
    Nats(async_nats::Client),
}

impl Acting {
    /// At a platform with that address.
    ///
    /// # Errors
    /// When TLS cannot be used.
    pub fn rest(platform: String) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(TIMEOUT).no_proxy().build()?;
        Ok(Self::Rest(client, platform))
    }

    /// Says it; answers the order's state.
    ///
    /// # Errors
    /// The platform's refusal, or that it is away.
    pub async fn act(
        &self,
        unit: &str,
        key: &str,
        document: &UnitDocumentV1,
        step: &Step,
    ) -> anyhow::Result<String> {
        let mut body = step.said();
        body.insert("generation".into(), json!(document.data.generation));
        let same = format!("{}-{}", document.id, step.verb);
        for _ in 0..TRIES {
            let answer = match self {
                Self::Rest(client, platform) => {
                    let order_id = document.data.order_id;
                    let url = format!("{platform}/v1/units/{unit}/orders/{order_id}/{}", step.verb);
                    let request = client.post(url).bearer_auth(key).header("Idempotency-Key", &same);
                    rest(request.json(&body)).await
                }
                Self::Nats(client) => {
                    body.insert("order_id".into(), json!(document.data.order_id));
                    let subject = Namespace::default().unit_command(&unit.into(), &step.verb);
                    request(client, subject, key, &same, json!(body)).await
                }
            };
            match answer {
                Ok(answer) if answer["code"].is_null() => {
                    return Ok(answer["state"].as_str().unwrap_or("ok").to_owned());
                }
                Ok(problem)
                    if problem["status"]
                        .as_u64()
                        .is_some_and(|status| status != 429 && status < 500) =>
                {
                    bail!(
                        "{}: {}",
                        problem["code"].as_str().unwrap_or_default(),
                        problem["detail"].as_str().unwrap_or_default()
                    );
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
        bail!("the platform is away")
    }
}

async fn rest(request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
    Ok(request.send().await?.json().await?)
}

async fn request(
    client: &async_nats::Client,
    subject: String,
    key: &str,
    same: &str,
    body: Value,
) -> anyhow::Result<Value> {
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Authorization", format!("Bearer {key}").as_str());
    headers.insert("Idempotency-Key", same);
    let answer = client
        .request_with_headers(subject, headers, body.to_string().into())
        .await?;
    serde_json::from_slice(&answer.payload).context("the answer is no JSON")
}
