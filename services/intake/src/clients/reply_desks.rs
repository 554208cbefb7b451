//! The systems of desks outside of the hotline: results go there, signed (Standard Webhooks), and only where calls may go
//! (`web::target`); or into files of a folder.
use super::provider::{self, ProviderError};
use crate::config::RepliesConfig;
use chrono::{DateTime, Utc};
use reqwest::Client;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;
use web::target::{TargetError, Targets};

/// Where results go. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ReplyDesks {
    public: Client,
    private: Client,
    anywhere: bool,
    folder: PathBuf,
}

impl ReplyDesks {
    /// By the settings.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(config: &RepliesConfig) -> Result<Self, ProviderError> {
        let timeout = Duration::from_millis(config.timeout_ms);
        let anywhere = config.allow_private_targets;
        let client = |private| {
            let targets = Targets { anywhere, private };
            provider::built(provider::client(timeout).dns_resolver(targets))
        };
        Ok(Self {
            public: client(false)?,
            private: client(true)?,
            anywhere,
            folder: config.folder.clone(),
        })
    }

    /// Whether a desk's system may have this address.
    ///
    /// # Errors
    /// Says why not.
    pub fn check(&self, url: &str, private: bool) -> Result<(), TargetError> {
        self.targets(private).check(url).map(drop)
    }

    const fn targets(&self, private: bool) -> Targets {
        Targets {
            anywhere: self.anywhere,
            private,
        }
    }

    /// Hands a result over; the same id again is the same result.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn post(
        &self,
        id: Uuid,
        (url, private, secret): (&str, bool, &[u8]),
        body: String,
        now: DateTime<Utc>,
    ) -> Result<(), ProviderError> {
        // At every call: a host that is an address is not resolved.
        let url = self.targets(private).check(url);
        let url = url.map_err(|error| ProviderError::Later(format!("its address {error}")))?;
        let client = if private { &self.private } else { &self.public };
        provider::post(client, url, secret, (id, now), body).await
    }

    /// Keeps it in a file instead, in a folder of that desk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep(&self, desk: &str, id: Uuid, body: String) -> Result<(), ProviderError> {
        provider::keep(&self.folder.join(desk), id, body).await
    }
}
