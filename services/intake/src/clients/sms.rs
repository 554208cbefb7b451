//! Messages to callers' phones: a provider's HTTP interface, signed, or files of a folder.
//!
//! A message has an id; the same id is the same message, however often it is handed over: the provider gets it as
//! `webhook-id` (Standard Webhooks), the folder as the name of the file. The number goes out and is kept nowhere.
use crate::config::MessagesConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, StatusCode, Url};
use secrecy::ExposeSecret;
use serde_json::json;
use sha2::Sha256;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;

const SECRET_PREFIX: &str = "whsec_";

/// Where messages go. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Sms {
    /// Files, one per message: for a laptop.
    Folder(PathBuf),
    /// A provider.
    Provider(Provider),
}

/// A provider's interface.
#[derive(Clone)]
pub struct Provider {
    client: Client,
    url: Url,
    secret: Vec<u8>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// Why a message did not go out.
#[derive(Debug, Error)]
pub enum SmsError {
    /// A setting is wrong.
    #[error("{0}")]
    Setting(&'static str),
    /// The provider will never take it.
    #[error("the provider refused it: {0}")]
    Refused(StatusCode),
    /// It may take it later.
    #[error("the provider did not take it: {0}")]
    Later(String),
}

impl Sms {
    /// By the settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: &MessagesConfig) -> Result<Self, SmsError> {
        if config.url.is_empty() {
            return Ok(Self::Folder(config.folder.clone()));
        }
        let url: Url = config
            .url
            .parse()
            .map_err(|_| SmsError::Setting("url is no address"))?;
        let secret = config.secret.expose_secret().strip_prefix(SECRET_PREFIX);
        let secret = secret
            .and_then(|secret| STANDARD.decode(secret).ok())
            .filter(|secret| secret.len() >= 24)
            .ok_or(SmsError::Setting(
                "secret must be whsec_ and base64 of 24 bytes or more",
            ))?;
        // The client refuses to be built without a provider of TLS; a second installation is harmless.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder()
            .timeout(Duration::from_millis(config.timeout_ms))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| SmsError::Setting("no client can be made"))?;
        Ok(Self::Provider(Provider { client, url, secret }))
    }

    /// Hands a message over; the same id again is the same message.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn send(
        &self,
        message_id: Uuid,
        phone: &str,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SmsError> {
        let body = json!({ "message_id": message_id, "to": phone, "text": text }).to_string();
        match self {
            Self::Folder(folder) => keep(folder.clone(), message_id, body).await,
            Self::Provider(provider) => provider.call(message_id, body, now).await,
        }
    }
}

/// Written under another name and renamed, so that a reader sees whole messages.
async fn keep(folder: PathBuf, message_id: Uuid, body: String) -> Result<(), SmsError> {
    let later = |error: std::io::Error| SmsError::Later(error.kind().to_string());
    let write = async {
        tokio::fs::create_dir_all(&folder).await?;
        let draft = folder.join(format!(".{message_id}"));
        tokio::fs::write(&draft, body).await?;
        tokio::fs::rename(draft, folder.join(format!("{message_id}.json"))).await
    };
    write.await.map_err(later)
}

impl Provider {
    async fn call(&self, message_id: Uuid, body: String, now: DateTime<Utc>) -> Result<(), SmsError> {
        let timestamp = now.timestamp();
        let signature = sign(&self.secret, message_id, timestamp, &body);
        let answer = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", message_id.to_string())
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await
            .map_err(|error| SmsError::Later(error.without_url().to_string()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status if status.is_client_error() && !retried(status) => Err(SmsError::Refused(status)),
            status => Err(SmsError::Later(status.to_string())),
        }
    }
}

fn retried(status: StatusCode) -> bool {
    [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
    ]
    .contains(&status)
}

/// Standard Webhooks: base64(HMAC-SHA256(secret, "{id}.{timestamp}.{body}")).
fn sign(secret: &[u8], message_id: Uuid, timestamp_secs: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{message_id}.{timestamp_secs}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}
