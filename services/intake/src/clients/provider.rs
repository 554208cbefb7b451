//! A provider's interface over HTTP: JSON, signed as Standard Webhooks say; the same id is the same request.
use chrono::{DateTime, Utc};
use reqwest::{Client, ClientBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;
use web::target::{TargetError, Targets};

/// A provider of messages or calls. Cheap to clone.
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

/// Why a provider did not do what was asked.
#[derive(Debug, Error)]
pub enum ProviderError {
    /// A setting is wrong.
    #[error("{0}")]
    Setting(&'static str),
    /// It never will.
    #[error("the provider refused it: {0}")]
    Refused(StatusCode),
    /// It may later.
    #[error("the provider did not take it: {0}")]
    Later(String),
}

impl Provider {
    /// By its address, the secret that signs, and the longest time of one call.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(url: &str, secret: &SecretString, timeout_ms: u64) -> Result<Self, ProviderError> {
        let url: Url = url
            .parse()
            .map_err(|_| ProviderError::Setting("url is no address"))?;
        let secret = signing::read(secret.expose_secret()).ok_or(ProviderError::Setting(
            "secret must be whsec_ and base64 of 24 bytes or more",
        ))?;
        let client = built(client(Duration::from_millis(timeout_ms)))?;
        Ok(Self { client, url, secret })
    }

    /// Hands a request over.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn call(&self, id: Uuid, body: String, now: DateTime<Utc>) -> Result<(), ProviderError> {
        post(&self.client, self.url.clone(), &self.secret, (id, now), body).await
    }
}

/// A client for signed calls: no redirects, no proxies.
pub(super) fn client(timeout: Duration) -> ClientBuilder {
    // The client refuses to be built without a provider of TLS; a second installation is harmless.
    rustls::crypto::ring::default_provider().install_default().ok();
    Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
}

pub(super) fn built(client: ClientBuilder) -> Result<Client, ProviderError> {
    client
        .build()
        .map_err(|_| ProviderError::Setting("no client can be made"))
}

/// One signed call; the same id again is the same request.
pub(super) async fn post(
    client: &Client,
    url: Url,
    secret: &[u8],
    (id, now): (Uuid, DateTime<Utc>),
    body: String,
) -> Result<(), ProviderError> {
    let (id, timestamp) = (id.to_string(), now.timestamp());
    let signature = signing::sign(secret, &id, timestamp, body.as_bytes());
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", signature)
        .body(body)
        .send()
        .await
        .map_err(|error| ProviderError::Later(why(error)))?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status if refuses(status) => Err(ProviderError::Refused(status)),
        status => Err(ProviderError::Later(status.to_string())),
    }
}

fn why(error: reqwest::Error) -> String {
    if Targets::forbade(&error) {
        return TargetError::NotPublic.to_string();
    }
    error.without_url().to_string()
}

/// It will never take this. Anything else (404 while it is being replaced, 401 with an old secret) may pass.
fn refuses(status: StatusCode) -> bool {
    [
        StatusCode::BAD_REQUEST,
        StatusCode::CONFLICT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ]
    .contains(&status)
}

/// Keeps a request in a folder instead, for a laptop: written under another name and renamed, so that a reader sees
/// whole files; the same id is the same file.
///
/// # Errors
/// When the folder cannot be written.
pub async fn keep(folder: &std::path::Path, id: Uuid, body: String) -> Result<(), ProviderError> {
    let later = |error: std::io::Error| ProviderError::Later(error.kind().to_string());
    let write = async {
        tokio::fs::create_dir_all(folder).await?;
        let draft = folder.join(format!(".{id}"));
        tokio::fs::write(&draft, body).await?;
        tokio::fs::rename(draft, folder.join(format!("{id}.json"))).await
    };
    write.await.map_err(later)
}
