//! Messages to callers' phones: a provider's HTTP interface, signed, or files of a folder.
//!
//! A message has an id; the same id is the same message, however often it is handed over: the provider gets it as
//! `webhook-id` (Standard Webhooks), the folder as the name of the file. The number goes out and is kept nowhere.
use super::provider::{self, Provider, ProviderError};
use crate::config::MessagesConfig;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::path::PathBuf;
use uuid::Uuid;

/// Where messages go. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Sms {
    /// Files, one per message: for a laptop.
    Folder(PathBuf),
    /// A provider.
    Provider(Provider),
}

impl Sms {
    /// By the settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: &MessagesConfig) -> Result<Self, ProviderError> {
        if config.url.is_empty() {
            return Ok(Self::Folder(config.folder.clone()));
        }
        Provider::new(&config.url, &config.secret, config.timeout_ms).map(Self::Provider)
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
    ) -> Result<(), ProviderError> {
        let body = json!({ "message_id": message_id, "to": phone, "text": text }).to_string();
        match self {
            Self::Folder(folder) => provider::keep(folder, message_id, body).await,
            Self::Provider(provider) => provider.call(message_id, body, now).await,
        }
    }
}
