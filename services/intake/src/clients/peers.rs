//! Signed calls to the doors of other hotlines: a key, Standard Webhooks headers, mutual TLS where it is configured, no redirects, no proxies, limits on time and
//! answer. Addresses come from an administrator and often lie in a network of the government, so private ones are allowed.
use crate::config::{PeerTls, TransferConfig};
use chrono::{DateTime, Utc};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Url};
use signing::PrivateKey;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// Most that is read of an answer.
const ANSWER_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Connections kept open to one hotline.
const IDLE_PER_HOST_MAX: usize = 4;

/// One call.
#[derive(Debug)]
pub struct Call<'a> {
    /// Code of the peer.
    pub peer: &'a str,
    /// Base address of the door.
    pub url: &'a str,
    /// `/v1/peer/…`.
    pub path: &'a str,
    /// The key with which we call.
    pub key: &'a str,
    /// The secret with which we sign, where one is shared.
    pub secret: Option<&'a [u8]>,
    /// The private keys with which we sign.
    pub private: &'a [PrivateKey],
    /// Stable over retries.
    pub id: &'a str,
    /// Time of this try.
    pub at: DateTime<Utc>,
    /// JSON.
    pub body: String,
}

/// Why a call came to nothing; tells nothing that the other side sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CallError {
    /// The address cannot be used.
    #[error("the address is no https address")]
    Address,
    /// It did not answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// It could not be reached, or the call broke off.
    #[error("not reachable")]
    Unreachable,
}

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Peers {
    client: Client,
    /// Those with certificates of their own, by code.
    mutual: Arc<BTreeMap<String, Client>>,
    allow_http: bool,
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum SetupError {
    /// A file cannot be read.
    #[error("service.transfers.tls.{peer}: {file}")]
    File {
        /// The peer.
        peer: String,
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file holds no certificate or key, or the provider cannot be used.
    #[error("service.transfers.tls: a certificate or key cannot be used")]
    Tls(#[from] reqwest::Error),
}

fn read(peer: &str, file: &Path) -> Result<Vec<u8>, SetupError> {
    std::fs::read(file).map_err(|source| SetupError::File {
        peer: peer.to_owned(),
        file: file.display().to_string(),
        source,
    })
}

fn limits(config: &TransferConfig) -> ClientBuilder {
    Client::builder()
        .timeout(Duration::from_millis(config.call_timeout_ms))
        .connect_timeout(Duration::from_millis(config.connect_timeout_ms))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        .user_agent(concat!("hotline-intake/", env!("CARGO_PKG_VERSION")))
}

/// One that shows our certificate and believes nobody but the peer's authorities.
fn mutual(config: &TransferConfig, peer: &str, tls: &PeerTls) -> Result<Client, SetupError> {
    let authorities = Certificate::from_pem_bundle(&read(peer, &tls.ca_file)?)?;
    let mut identity = read(peer, &tls.cert_file)?;
    identity.push(b'\n');
    identity.extend(read(peer, &tls.key_file)?);
    let client = limits(config)
        .tls_certs_only(authorities)
        .identity(Identity::from_pem(&identity)?)
        .https_only(true)
        .build()?;
    Ok(client)
}

impl Peers {
    /// Clients with the limits and certificates of the settings.
    ///
    /// # Errors
    /// When a certificate or key, or the TLS provider, cannot be used.
    pub fn new(config: &TransferConfig) -> Result<Self, SetupError> {
        // The client refuses to be built without a provider; a second installation is harmless.
        rustls::crypto::ring::default_provider().install_default().ok();
        let with_certificates = config
            .tls
            .iter()
            .map(|(peer, tls)| Ok((peer.clone(), mutual(config, peer, tls)?)))
            .collect::<Result<_, SetupError>>()?;
        Ok(Self {
            client: limits(config).build()?,
            mutual: Arc::new(with_certificates),
            allow_http: config.allow_http,
        })
    }

    /// Whether an address can be called.
    #[must_use]
    pub fn accepts(&self, url: &str) -> bool {
        self.address(url, "").is_ok()
    }

    fn address(&self, url: &str, path: &str) -> Result<Url, CallError> {
        let address = format!("{}{path}", url.trim_end_matches('/'));
        let url = Url::parse(&address).map_err(|_| CallError::Address)?;
        let scheme = url.scheme() == "https" || (self.allow_http && url.scheme() == "http");
        let bare = url.username().is_empty() && url.password().is_none();
        if scheme && bare && url.host_str().is_some() {
            Ok(url)
        } else {
            Err(CallError::Address)
        }
    }

    /// Makes a call; answers status and body.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn call(&self, call: Call<'_>) -> Result<(u16, String), CallError> {
        let url = self.address(call.url, call.path)?;
        let timestamp = call.at.timestamp();
        let signature = signing::sign_each(
            call.secret,
            call.private,
            call.id,
            timestamp,
            call.body.as_bytes(),
        );
        let client = self.mutual.get(call.peer).unwrap_or(&self.client);
        let mut request = client
            .post(url)
            .bearer_auth(call.key)
            .header("content-type", "application/json")
            .header("webhook-id", call.id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature);
        if let Some(traceparent) = telemetry::propagation::current_traceparent() {
            request = request.header(telemetry::propagation::TRACEPARENT, traceparent);
        }
        let failed = |error: reqwest::Error| {
            if error.is_timeout() {
                CallError::TimedOut
            } else {
                CallError::Unreachable
            }
        };
        let mut response = request.body(call.body).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES_MAX {
                return Err(CallError::Unreachable);
            }
        }
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}
