//! Intake sends a message to the caller of a complaint: the number never comes here.
use contracts::ids::ComplaintId;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;

/// Intake's door for messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    client: Client,
    url: String,
    key: SecretString,
}

/// Why a message was not sent.
#[derive(Debug, Error)]
pub enum SendError {
    /// It will never be: no number, or the provider refuses it.
    #[error("never: {0}")]
    Never(StatusCode),
    /// Perhaps later.
    #[error("later: {0}")]
    Later(String),
}

impl Intake {
    /// At an address, with the key that intake knows.
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

    /// Has a message sent; the same id again is the same message.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn send(
        &self,
        complaint_id: ComplaintId,
        message_id: Uuid,
        text: &str,
    ) -> Result<(), SendError> {
        let answer = self
            .client
            .post(format!("{}/v1/complaints/{complaint_id}/messages", self.url))
            .bearer_auth(self.key.expose_secret())
            .json(&json!({ "message_id": message_id, "text": text }))
            .send()
            .await
            .map_err(|error| SendError::Later(error.without_url().to_string()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status @ (StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY) => {
                Err(SendError::Never(status))
            }
            status => Err(SendError::Later(status.to_string())),
        }
    }
}
