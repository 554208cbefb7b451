//! Requests that are sent until there is a definite answer.
use super::Figures;
use crate::cluster::{Cluster, pause};
use all_in_one::platform::SERVICES;
use http::{Method, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The public interfaces of a cluster. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    addresses: Arc<BTreeMap<&'static str, String>>,
    patience: Duration,
    figures: Arc<Figures>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// Names the latency; `None` = not measured.
    pub name: Option<&'static str>,
    /// The service.
    pub service: &'static str,
    /// Path and query.
    pub path: String,
    /// Bearer token.
    pub token: &'a str,
    /// `Idempotency-Key`, so that sending it twice is harmless.
    pub key: Option<String>,
    /// The body; `None` makes it a GET.
    pub body: Option<Value>,
}

/// A definite answer: the service has decided.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status; never 5xx or 429.
    pub status: StatusCode,
    /// The body as JSON; null when there is none.
    pub body: Value,
    /// How often it was sent.
    pub sent: u32,
}

/// Wait before a request is sent again; doubles up to the maximum.
const AGAIN_FIRST: Duration = Duration::from_millis(25);
const AGAIN_MAX: Duration = Duration::from_millis(800);
/// One attempt. Longer than the services' own limit, so that they give up first.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);

impl Api {
    /// The interfaces of a cluster; `patience` is how long a request is sent again.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(cluster: &Cluster, patience: Duration) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(ATTEMPT_TIMEOUT)
            .connect_timeout(Duration::from_secs(2))
            .pool_max_idle_per_host(1_024)
            .tcp_nodelay(true)
            .no_proxy()
            .build()?;
        let addresses = SERVICES
            .into_iter()
            .map(|service| (service, cluster.address(service)))
            .collect();
        Ok(Self {
            http,
            addresses: Arc::new(addresses),
            patience,
            figures: Arc::default(),
        })
    }

    /// Latencies of the named calls.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Sends a request until it has a definite answer.
    ///
    /// # Errors
    /// When there is none within the patience; tells the last failure.
    pub async fn ask(&self, call: &Call<'_>) -> anyhow::Result<Answer> {
        let (began, mut again, mut sent) = (Instant::now(), AGAIN_FIRST, 0);
        loop {
            sent += 1;
            let problem = match self.once(call).await {
                Ok((status, body))
                    if !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS =>
                {
                    if let Some(name) = call.name {
                        self.figures.record(name, began.elapsed());
                    }
                    return Ok(Answer { status, body, sent });
                }
                Ok((status, body)) => format!("{status}: {body}"),
                Err(error) => format!("{:#}", anyhow::Error::from(error)),
            };
            self.figures.record("(sent again)", began.elapsed());
            anyhow::ensure!(
                began.elapsed() < self.patience,
                "{} {} sent {sent} times: {problem}",
                call.service,
                call.path
            );
            pause(again).await;
            again = (again * 2).min(AGAIN_MAX);
        }
    }

    /// Sends a request once, whatever comes of it; answers the status and how long it took.
    ///
    /// # Errors
    /// When there was no answer at all.
    pub async fn attempt(&self, call: &Call<'_>) -> anyhow::Result<(StatusCode, Duration)> {
        let began = Instant::now();
        let (status, _) = self.once(call).await?;
        Ok((status, began.elapsed()))
    }

    async fn once(&self, call: &Call<'_>) -> Result<(StatusCode, Value), reqwest::Error> {
        let address = self.addresses.get(call.service).map_or("", String::as_str);
        let method = if call.body.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = self
            .http
            .request(method, format!("{address}{}", call.path))
            .bearer_auth(call.token);
        if let Some(key) = &call.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }
}
