//! Intake's doors for units' contact with callers. A number goes in (the unit's own) and none comes out.
use contracts::ids::{OrderId, UnitCode};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;

/// Intake. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    client: Client,
    url: String,
    key: SecretString,
}

/// A token that intake gave.
#[derive(Clone, Debug, Deserialize)]
pub struct RelayOpened {
    /// What a call names.
    pub relay_token: Uuid,
    /// What both ends of a call see.
    pub number: String,
    /// Last moment of use, local.
    pub expires_at: chrono::DateTime<chrono::FixedOffset>,
}

/// Why intake did not.
#[derive(Debug, Error)]
pub enum IntakeError {
    /// There is no key: this hotline has no relay.
    #[error("no key for intake is set")]
    NotOffered,
    /// It refused; its problem code.
    #[error("refused: {0}")]
    Refused(String),
    /// Perhaps later.
    #[error("later: {0}")]
    Later(String),
}

impl Intake {
    /// At an address, with the key that intake knows; without a key nothing is asked.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(url: &str, key: SecretString, timeout_ms: u64) -> anyhow::Result<Self> {
        // The client refuses to be built without a provider of TLS; a second installation is harmless.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder()
            .timeout(Duration::from_millis(timeout_ms))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            url: url.trim_end_matches('/').to_owned(),
            key,
        })
    }

    /// A token for the lead of an order.
    ///
    /// # Errors
    /// When there is none.
    pub async fn open_relay(
        &self,
        order_id: OrderId,
        unit: &UnitCode,
        generation: i32,
        by: &str,
    ) -> Result<RelayOpened, IntakeError> {
        let body = json!({ "unit": unit, "generation": generation, "by": by });
        let answer = self.ask(&format!("/v1/orders/{order_id}/relays"), &body).await?;
        let opened = answer.json().await;
        opened.map_err(|error| IntakeError::Later(error.without_url().to_string()))
    }

    /// Has a call connected; the same `call_id` is the same call.
    ///
    /// # Errors
    /// When it is not.
    pub async fn call(&self, relay_token: Uuid, body: &Value) -> Result<(), IntakeError> {
        self.ask(&format!("/v1/relays/{relay_token}/calls"), body)
            .await
            .map(drop)
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<Response, IntakeError> {
        if self.key.expose_secret().is_empty() {
            return Err(IntakeError::NotOffered);
        }
        let asked = self
            .client
            .post(format!("{}{path}", self.url))
            .bearer_auth(self.key.expose_secret())
            .json(body);
        let answer = traced(asked)
            .send()
            .await
            .map_err(|error| IntakeError::Later(error.without_url().to_string()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        // What says nothing about the unit's request is ours to mend.
        if status.is_server_error()
            || [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(&status)
        {
            return Err(IntakeError::Later(status.to_string()));
        }
        let problem: Value = answer.json().await.unwrap_or_default();
        let code = problem["code"].as_str().unwrap_or("unknown");
        Err(IntakeError::Refused(code.to_owned()))
    }
}

/// The unit's request and intake's part of it are one trace.
fn traced(request: RequestBuilder) -> RequestBuilder {
    match telemetry::propagation::current_traceparent() {
        Some(traceparent) => request.header(telemetry::propagation::TRACEPARENT, traceparent),
        None => request,
    }
}
