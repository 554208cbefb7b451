//! The systems of desks outside of the hotline: results go there, signed (Standard Webhooks), or into files of a folder.
use super::provider::{self, ProviderError};
use crate::config::RepliesConfig;
use chrono::{DateTime, Utc};
use reqwest::{Client, Url};
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// Where results go. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ReplyDesks {
    client: Client,
    folder: PathBuf,
}

impl ReplyDesks {
    /// By the settings.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(config: &RepliesConfig) -> Result<Self, ProviderError> {
        let timeout = Duration::from_millis(config.timeout_ms);
        Ok(Self {
            client: provider::client(timeout)?,
            folder: config.folder.clone(),
        })
    }

    /// Hands a result over; the same id again is the same result.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn post(
        &self,
        id: Uuid,
        (url, secret): (&str, &[u8]),
        body: String,
        now: DateTime<Utc>,
    ) -> Result<(), ProviderError> {
        let url: Url = url
            .parse()
            .map_err(|_| ProviderError::Setting("url is no address"))?;
        provider::post(&self.client, url, secret, (id, now), body).await
    }

    /// Keeps it in a file instead, in a folder of that desk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep(&self, desk: &str, id: Uuid, body: String) -> Result<(), ProviderError> {
        provider::keep(&self.folder.join(desk), id, body).await
    }
}
