//! `[service.replies]`; see `config/default.toml`.
use chrono::TimeDelta;
use serde::Deserialize;
use std::path::PathBuf;

/// Results to the desks that brought complaints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepliesConfig {
    /// Files for desks that have no system.
    pub folder: PathBuf,
    /// Of one call.
    pub timeout_ms: u64,
    /// Pause between two looks for what is to be told.
    pub tell_every_ms: u64,
    /// How long a replica has for one round.
    pub lease_secs: u32,
    /// Waits between tries; the last one for ever.
    pub retry_secs: Vec<u32>,
    /// Plain http and private addresses.
    pub allow_private_targets: bool,
}

impl RepliesConfig {
    /// Names the setting that is wrong.
    ///
    /// # Errors
    /// See above.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.retry_secs.is_empty() || self.retry_secs.contains(&0) {
            return Err("service.replies.retry_secs: needs at least one wait, each at least 1".to_owned());
        }
        // Otherwise another replica would tell it a second time while the first still does.
        if u64::from(self.lease_secs) * 1_000 <= self.timeout_ms {
            return Err("service.replies.lease_secs: must be longer than timeout_ms".to_owned());
        }
        Ok(())
    }

    /// The wait after so many tries that failed before this one.
    #[must_use]
    pub fn wait_after(&self, attempts: i32) -> TimeDelta {
        let last = self.retry_secs.len().saturating_sub(1);
        let index = usize::try_from(attempts).unwrap_or(0).min(last);
        TimeDelta::seconds(self.retry_secs.get(index).copied().unwrap_or(1).into())
    }
}
