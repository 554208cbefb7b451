//! Section `[service]`: what is no policy of a city.
use crate::domain::Policies;
use crate::domain::policy::Fault;
use crate::domain::survey::LinkKey;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Settings of callback; see `config/default.toml` for units and reasons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallbackConfig {
    /// Local time of the city as seconds east of UTC.
    pub utc_offset_secs: i32,
    /// Policy document that holds until the city publishes one; empty = the compiled-in default.
    pub initial_policy: String,
    /// How long an agent has a task that he took.
    pub claim_mins: u32,
    /// Longest remark.
    pub remark_chars_max: usize,
    /// Messages to callers.
    pub messages: MessagesConfig,
}

/// Messages to callers; see `config/default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagesConfig {
    /// Intake inside the platform.
    pub intake_url: String,
    /// What intake knows us by.
    pub intake_key: SecretString,
    /// Signs links.
    pub link_key: SecretString,
    /// Where a citizen's phone reaches this service.
    pub public_url: String,
    /// Of one call to intake.
    pub timeout_ms: u64,
    /// Tries before a message is given up.
    pub tries_max: i32,
}

impl MessagesConfig {
    /// The key of links; `None` where no messages are sent.
    ///
    /// # Errors
    /// When only one of the keys is there, or the key of links is none.
    pub fn link_key(&self) -> Result<Option<LinkKey>, String> {
        let (intake, link) = (self.intake_key.expose_secret(), self.link_key.expose_secret());
        match (intake.is_empty(), link.is_empty()) {
            (true, true) => Ok(None),
            (false, false) => LinkKey::read(link)
                .map(Some)
                .ok_or_else(|| "service.messages.link_key: must be base64 of 32 bytes or more".to_owned()),
            (true, false) => Err("service.messages.intake_key is missing beside link_key".to_owned()),
            (false, true) => Err("service.messages.link_key is missing beside intake_key".to_owned()),
        }
    }
}

impl CallbackConfig {
    /// Checks what serde cannot.
    ///
    /// # Errors
    /// Names the field.
    pub fn check(&self) -> Result<(), String> {
        self.policies()
            .map_err(|fault| format!("service.initial_policy: {fault}"))?;
        self.messages.link_key()?;
        if chrono::FixedOffset::east_opt(self.utc_offset_secs).is_none() {
            return Err("service.utc_offset_secs is no offset from UTC".to_owned());
        }
        Ok(())
    }

    /// What holds until the city publishes a policy.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn policies(&self) -> Result<Policies, Fault> {
        Policies::read(&self.initial_policy)
    }
}

#[cfg(test)]
mod tests {
    use runtime::settings;

    fn load(key: &str, value: &str) -> Result<(), String> {
        let overrides = [(key.to_owned(), value.to_owned())];
        settings::load::<crate::app::Callback>(None, &overrides)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_load_and_contradictions_are_named() {
        let settings = settings::load::<crate::app::Callback>(None, &[]).unwrap();
        assert_eq!(settings.http.listen.port(), 8104);
        let bad = load("service.initial_policy", "[default]\nrework_max = 101").unwrap_err();
        assert!(
            bad.contains("service.initial_policy: default.rework_max"),
            "{bad}"
        );
        load("service.initial_policy", "[default]\nrework_max = 1").unwrap();
        assert!(load("service.attempts", "1").unwrap_err().contains("attempts"));
    }
}
