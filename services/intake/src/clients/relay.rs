//! Calls between a unit and a caller through the hotline's relay: a provider's HTTP interface, signed, or files of a
//! folder, which record what would have been connected.
//!
//! The provider rings the unit's phone, then the caller's, and shows both `shown`: neither sees the other's number. A
//! call has an id; the same id is the same call. The numbers go out and are kept nowhere.
use super::provider::{self, Provider, ProviderError};
use crate::config::RelayConfig;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::path::PathBuf;
use uuid::Uuid;

/// Who connects. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Exchange {
    /// Files, one per call: for a laptop.
    Folder(PathBuf),
    /// A provider.
    Provider(Provider),
}

/// Who is to be connected.
#[derive(Clone, Copy)]
pub struct Ends<'a> {
    /// The unit's phone.
    pub from: &'a str,
    /// The caller's.
    pub to: &'a str,
    /// What both see.
    pub shown: &'a str,
}

impl std::fmt::Debug for Ends<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ends(***)")
    }
}

impl Exchange {
    /// By the settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: &RelayConfig) -> Result<Self, ProviderError> {
        if config.url.is_empty() {
            return Ok(Self::Folder(config.folder.clone()));
        }
        Provider::new(&config.url, &config.secret, config.timeout_ms).map(Self::Provider)
    }

    /// Has two phones connected; the same id again is the same call.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn connect(
        &self,
        call_id: Uuid,
        ends: Ends<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), ProviderError> {
        let body = json!({
            "call_id": call_id, "from": ends.from, "to": ends.to, "shown": ends.shown, "at": now,
        })
        .to_string();
        match self {
            Self::Folder(folder) => provider::keep(folder, call_id, body).await,
            Self::Provider(provider) => provider.call(call_id, body, now).await,
        }
    }
}
