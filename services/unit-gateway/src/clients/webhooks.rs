//! Signed calls to the units' endpoints: Standard Webhooks headers, a CloudEvents body, no redirects, no proxies,
//! limits on time and answer, and only addresses that may be reached.
use super::unit_stream::MEDIA_TYPE;
use crate::domain::delivery::{NotDelivered, Target};
use crate::domain::sealing::Sealer;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, StatusCode, Url};
use signing::SigningKeys;
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;
use web::target::{TargetError, Targets};

/// Connections kept open to one endpoint.
const IDLE_PER_HOST_MAX: usize = 4;

/// Limits of one call.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// The whole call.
    pub timeout: Duration,
    /// Of that, until connected.
    pub connect_timeout: Duration,
    /// Most that is read of an answer.
    pub response_max_bytes: usize,
    /// Plain http and private addresses.
    pub allow_private_targets: bool,
}

/// One call.
#[derive(Debug)]
pub struct Call<'a> {
    /// Where.
    pub endpoint: &'a str,
    /// Id of the document; stable over retries.
    pub id: Uuid,
    /// Time of this try.
    pub at: DateTime<Utc>,
    /// It may be in a private network.
    pub private: bool,
    /// The unit's signing keys that are valid now.
    pub keys: &'a [SigningKeys],
    /// The document.
    pub body: &'a str,
    /// W3C trace context.
    pub traceparent: Option<&'a str>,
}

/// Why a call failed; tells nothing that the other side sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// The endpoint itself cannot be used.
    #[error("endpoint {0}")]
    Endpoint(#[from] TargetError),
    /// It answered, but not with 2xx.
    #[error("answered {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long it asked to be left alone.
        retry_after: Option<TimeDelta>,
    },
    /// It did not answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// It could not be reached.
    #[error("not reachable")]
    Unreachable,
    /// The connection broke, or what came was no HTTP.
    #[error("the call broke off")]
    Broken,
}

impl CallError {
    /// The HTTP status, when there was an answer.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// The client for all webhooks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Webhooks {
    public: Client,
    private: Client,
    limits: CallLimits,
}

impl Webhooks {
    /// A client with these limits.
    ///
    /// # Errors
    /// When the TLS provider cannot be used.
    pub fn new(limits: CallLimits) -> Result<Self, reqwest::Error> {
        // The client refuses to be built without a provider; a second installation is harmless.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = |private: bool| client(limits, private);
        Ok(Self {
            public: client(false)?,
            private: client(true)?,
            limits,
        })
    }

    /// Checks what can be known of an endpoint without calling it; at every call too.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self, endpoint: &str, private: bool) -> Result<Url, TargetError> {
        targets(self.limits, private).check(endpoint)
    }

    /// Signs and makes one call to a unit; answers in the words of the log.
    ///
    /// # Errors
    /// Says why it did not deliver.
    pub async fn deliver(
        &self,
        sealer: &Sealer,
        target: &Target,
        (id, at): (Uuid, DateTime<Utc>),
        body: &str,
        traceparent: Option<&str>,
    ) -> Result<(), NotDelivered> {
        let keys = open(sealer, target)?;
        let call = Call {
            endpoint: &target.endpoint,
            private: target.private,
            id,
            at,
            keys: &keys,
            body,
            traceparent,
        };
        self.call(&call).await.map_err(|error| NotDelivered {
            status: error.status(),
            retry_after: match error {
                CallError::Status { retry_after, .. } => retry_after,
                _ => None,
            },
            error: error.to_string(),
        })
    }

    /// Makes one call; 2xx is success and nothing else.
    ///
    /// # Errors
    /// Says what kind of failure it was.
    pub async fn call(&self, call: &Call<'_>) -> Result<(), CallError> {
        let url = self.check(call.endpoint, call.private)?;
        let client = if call.private { &self.private } else { &self.public };
        let timestamp = call.at.timestamp();
        let id = call.id.to_string();
        let mut request = client
            .post(url)
            .header("content-type", MEDIA_TYPE)
            .header(signing::HEADER_ID, &id)
            .header(signing::HEADER_TIMESTAMP, timestamp.to_string())
            .header(
                signing::HEADER_SIGNATURE,
                signing::sign_all(call.keys, &id, timestamp, call.body.as_bytes()),
            );
        if let Some(traceparent) = call.traceparent {
            request = request.header(telemetry::propagation::TRACEPARENT, traceparent);
        }
        let mut response = request
            .body(call.body.to_owned())
            .send()
            .await
            .map_err(|error| failure(&error))?;
        let status = response.status();
        let retry_after = retry_after(status, response.headers(), call.at);
        // Read to the end, so that the connection can be used again; but not everything a stranger may send.
        let mut read = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > self.limits.response_max_bytes {
                break;
            }
        }
        if status.is_success() {
            Ok(())
        } else {
            Err(CallError::Status {
                status: status.as_u16(),
                retry_after,
            })
        }
    }
}

/// How long an endpoint that has too much to do asks to be left alone: seconds, or a date (RFC 9110 §10.2.3).
fn retry_after(status: StatusCode, headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
    let text = headers.get(RETRY_AFTER).filter(|_| busy.contains(&status))?;
    let text = text.to_str().ok()?.trim();
    let asked = match text.parse::<u32>() {
        Ok(secs) => TimeDelta::seconds(secs.into()),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now,
    };
    Some(asked).filter(|asked| *asked > TimeDelta::zero())
}

/// The keys of a unit's secrets.
///
/// # Errors
/// When one was sealed with another key.
pub fn open(sealer: &Sealer, target: &Target) -> Result<Vec<SigningKeys>, NotDelivered> {
    let unit = target.unit.as_str();
    let keys = target.sealed_secrets.iter().map(|sealed| {
        let secret = sealer.open(unit, sealed).map_err(|error| NotDelivered {
            status: None,
            retry_after: None,
            error: format!("the signing secret {error}"),
        })?;
        Ok(sealer.signing_keys(unit, secret))
    });
    keys.collect()
}

const fn targets(limits: CallLimits, private: bool) -> Targets {
    Targets {
        anywhere: limits.allow_private_targets,
        private,
    }
}

fn client(limits: CallLimits, private: bool) -> Result<Client, reqwest::Error> {
    Client::builder()
        .timeout(limits.timeout)
        .connect_timeout(limits.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would resolve names itself, past the check.
        .no_proxy()
        .referer(false)
        .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        .dns_resolver(targets(limits, private))
        .user_agent(concat!("hotline-unit-gateway/", env!("CARGO_PKG_VERSION")))
        .build()
}

fn failure(error: &reqwest::Error) -> CallError {
    if Targets::forbade(error) {
        return CallError::Endpoint(TargetError::NotPublic);
    }
    match error {
        error if error.is_timeout() => CallError::TimedOut,
        error if error.is_connect() => CallError::Unreachable,
        _ => CallError::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhooks(allow_private_targets: bool) -> Webhooks {
        let second = Duration::from_secs(1);
        Webhooks::new(CallLimits {
            timeout: second,
            connect_timeout: second,
            response_max_bytes: 1,
            allow_private_targets,
        })
        .unwrap()
    }

    #[test]
    fn who_is_busy_says_for_how_long() {
        let now = "2026-03-02T01:00:00Z".parse().unwrap();
        let asked = |status: u16, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            let status = StatusCode::from_u16(status).unwrap();
            retry_after(status, &headers, now).map(|asked| asked.num_seconds())
        };
        assert_eq!(asked(503, "120"), Some(120));
        assert_eq!(asked(429, "Mon, 02 Mar 2026 01:02:00 GMT"), Some(120));
        for (status, value) in [
            (500, "120"),
            (503, "0"),
            (503, "-5"),
            (503, "soon"),
            (429, "Sun, 01 Mar 2026 01:02:00 GMT"),
        ] {
            assert_eq!(asked(status, value), None, "{status} {value}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let call = Call {
            endpoint: "https://localhost:1/",
            id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            private: true,
            keys: &[],
            body: "{}",
            traceparent: None,
        };
        assert_eq!(
            webhooks(false).call(&call).await,
            Err(CallError::Endpoint(TargetError::NotPublic))
        );
        assert_eq!(webhooks(true).call(&call).await, Err(CallError::Unreachable));
    }
}
