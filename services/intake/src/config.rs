//! `[service]`: intake's own settings.
mod replies;

use crate::domain::transfer::Limits;
use crate::vault::{KeyError, VaultKeys};
use chrono::{FixedOffset, TimeDelta};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

pub use replies::RepliesConfig;

/// What keys of services begin with.
pub const SERVICE_KEY: &str = "ik_";
const SERVICE_KEY_BYTES_MIN: usize = 35;
/// Subject of the callback service, which has messages sent.
pub const CALLBACK_SUBJECT: &str = "service:callback";
/// Subject of unit-gateway, which has calls of units connected.
pub const GATEWAY_SUBJECT: &str = "service:unit-gateway";

/// Settings of intake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeConfig {
    /// Local time of the city, in seconds east of UTC.
    pub utc_offset_secs: i32,
    /// How many days back similar orders are looked for.
    pub similar_days: u16,
    /// Other hotlines.
    pub transfers: TransferConfig,
    /// The account PEERS, where links to other hotlines end; without urls there are none.
    pub peers_nats: bus::NatsConfig,
    /// The standard door.
    pub open311: Open311Config,
    /// Keys of the identity vault.
    pub vault: VaultConfig,
    /// Messages to callers.
    pub messages: MessagesConfig,
    /// Calls between units and callers.
    pub relay: RelayConfig,
    /// Results to the desks that brought complaints.
    pub replies: RepliesConfig,
}

/// The standard door for citizens' apps: Open311 GeoReport v2.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open311Config {
    /// Address under which apps reach this service.
    pub url: String,
    /// The city's own; empty = any is taken for ours.
    pub jurisdiction_id: String,
    /// Whom to ask, and for a key.
    pub contact: String,
    /// False = only apps with a key see anything, and only what they posted.
    pub public_listing: bool,
}

/// Messages to callers; see `config/default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagesConfig {
    /// What the callback service presents.
    pub key: SecretString,
    /// The provider; empty = files.
    pub url: String,
    /// Signs calls to the provider.
    pub secret: SecretString,
    /// Files instead of a provider.
    pub folder: PathBuf,
    /// Of one call.
    pub timeout_ms: u64,
}

/// Calls between units and callers; see `config/default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayConfig {
    /// What unit-gateway presents.
    pub key: SecretString,
    /// What both ends of a call see.
    pub number: String,
    /// How long a token is good.
    pub lifetime_secs: u32,
    /// The provider; empty = files.
    pub url: String,
    /// Signs calls to the provider.
    pub secret: SecretString,
    /// Files instead of a provider.
    pub folder: PathBuf,
    /// Of one call to the provider.
    pub timeout_ms: u64,
}

/// Cases handed between hotlines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferConfig {
    /// Code of this hotline.
    pub own_code: String,
    /// Codes of the hotlines above this one, separated by spaces.
    pub above: String,
    /// Time to answer an offered emergency.
    pub answer_emergency_secs: u32,
    /// Time to answer anything else.
    pub answer_ordinary_secs: u32,
    /// How often one case may be handed on.
    pub hops_max: i16,
    /// Waits between tries; the last one for ever.
    pub retry_secs: Vec<u32>,
    /// No wait is longer while it is about an emergency.
    pub retry_emergency_secs: u32,
    /// Pause between two looks for what is to be told.
    pub tell_every_ms: u64,
    /// Pause between two looks for what other hotlines have sent over NATS.
    pub hear_every_ms: u64,
    /// How long a reply over NATS is waited for before the other way is tried.
    pub reply_wait_secs: u32,
    /// The same where there is no other way, and nothing is lost.
    pub resend_secs: u32,
    /// Pause between two looks for offers whose time is over.
    pub lapse_every_ms: u64,
    /// One call.
    pub call_timeout_ms: u64,
    /// Of that, until connected.
    pub connect_timeout_ms: u64,
    /// Addresses of peers may be http.
    pub allow_http: bool,
    /// How long the key before a new one stays valid.
    pub key_overlap_secs: u32,
    /// Peers to which we prove who we are by a certificate.
    pub tls: BTreeMap<String, PeerTls>,
    /// How often transfers are compared with each peer.
    pub reconcile_every_secs: u32,
    /// How far back.
    pub reconcile_days: u16,
}

/// Mutual TLS with one peer: files in PEM.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerTls {
    /// Authorities of which one has signed the certificate of its door; no other is believed.
    pub ca_file: PathBuf,
    /// Our certificate, with what leads to an authority that the peer believes.
    pub cert_file: PathBuf,
    /// Its key.
    pub key_file: PathBuf,
}

impl TransferConfig {
    fn check(&self) -> Result<(), String> {
        let codes = self
            .own_code
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if self.own_code.is_empty() || self.own_code.len() > 32 || !codes {
            return Err("service.transfers.own_code: must be 1 to 32 letters, digits, - or _".to_owned());
        }
        if !(1..=2).contains(&self.hops_max) {
            return Err("service.transfers.hops_max: must be 1 or 2".to_owned());
        }
        if self.retry_secs.is_empty() || self.retry_secs.contains(&0) {
            return Err("service.transfers.retry_secs: needs at least one wait, each at least 1".to_owned());
        }
        if self.retry_emergency_secs == 0 {
            return Err("service.transfers.retry_emergency_secs: must be at least 1".to_owned());
        }
        if self.reply_wait_secs == 0 || self.resend_secs == 0 {
            return Err("service.transfers.reply_wait_secs and resend_secs: must be at least 1".to_owned());
        }
        if self.answer_emergency_secs == 0 || self.answer_ordinary_secs == 0 {
            return Err("service.transfers.answer_…_secs: must be at least 1".to_owned());
        }
        Ok(())
    }

    /// Limits of transfers.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            answer_emergency: TimeDelta::seconds(self.answer_emergency_secs.into()),
            answer_ordinary: TimeDelta::seconds(self.answer_ordinary_secs.into()),
            hops_max: self.hops_max,
        }
    }

    /// Codes of the hotlines above this one.
    #[must_use]
    pub fn above(&self) -> Vec<String> {
        self.above.split_whitespace().map(str::to_owned).collect()
    }

    /// For how long a message is being told by one replica.
    #[must_use]
    pub fn lease(&self) -> TimeDelta {
        TimeDelta::milliseconds(i64::try_from(self.call_timeout_ms.saturating_mul(2)).unwrap_or(i64::MAX))
    }

    /// The wait after this many failures.
    #[must_use]
    pub fn wait_after(&self, failures: i32) -> TimeDelta {
        let last = self.retry_secs.len().saturating_sub(1);
        let index = usize::try_from(failures).unwrap_or(0).min(last);
        TimeDelta::seconds(self.retry_secs.get(index).copied().unwrap_or(1).into())
    }

    /// The longest wait while it is about an emergency.
    #[must_use]
    pub fn wait_emergency(&self) -> TimeDelta {
        TimeDelta::seconds(self.retry_emergency_secs.into())
    }

    /// How long the key before a new one stays valid.
    #[must_use]
    pub fn key_overlap(&self) -> TimeDelta {
        TimeDelta::seconds(self.key_overlap_secs.into())
    }

    /// How long the reply to what the peer's stream has is waited for.
    #[must_use]
    pub fn reply_wait(&self, other_way: bool) -> TimeDelta {
        let secs = if other_way {
            self.reply_wait_secs
        } else {
            self.resend_secs
        };
        TimeDelta::seconds(secs.into())
    }

    /// How often transfers are compared with each peer.
    #[must_use]
    pub fn reconcile_every(&self) -> TimeDelta {
        TimeDelta::seconds(self.reconcile_every_secs.into())
    }

    /// How far back they are compared.
    #[must_use]
    pub fn reconcile_back(&self) -> TimeDelta {
        TimeDelta::days(self.reconcile_days.into())
    }
}

/// Keys of the identity vault; none by default, and without them nothing is served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultConfig {
    /// Version → 32 bytes in base64. The highest version seals, all of them open.
    pub keys: BTreeMap<String, SecretString>,
    /// 32 bytes in base64, for the blind index and caller tokens.
    pub blind_index_key: SecretString,
}

impl IntakeConfig {
    /// What can be said without starting: the offset, and the form of the keys that are given. That keys are
    /// missing is said by `serve` only, so that `migrate` needs no secrets.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check(&self) -> Result<(), String> {
        self.offset()?;
        self.transfers.check()?;
        self.replies.check()?;
        if let Some(nats) = self.peers_nats() {
            nats.check("service.peers_nats")?;
            if nats.ack_timeout_ms > self.transfers.call_timeout_ms {
                return Err(
                    "service.peers_nats.ack_timeout_ms: must not be longer than service.transfers.call_timeout_ms"
                        .to_owned(),
                );
            }
        }
        self.check_services()?;
        if self.similar_days == 0 {
            return Err("service.similar_days: must be at least 1".to_owned());
        }
        let none_given = self.vault.keys.is_empty() && self.vault.blind_index_key.expose_secret().is_empty();
        if none_given {
            Ok(())
        } else {
            self.vault.read().map(drop).map_err(|error| error.to_string())
        }
    }

    /// The doors for our own services, and the providers behind them.
    fn check_services(&self) -> Result<(), String> {
        let (callback, gateway) = (self.messages.key.expose_secret(), self.relay.key.expose_secret());
        for (name, key) in [("service.messages.key", callback), ("service.relay.key", gateway)] {
            if !key.is_empty() && (!key.starts_with(SERVICE_KEY) || key.len() < SERVICE_KEY_BYTES_MIN) {
                return Err(format!("{name}: must begin with ik_ and have 35 bytes or more"));
            }
        }
        if !callback.is_empty() && callback == gateway {
            return Err("service.relay.key: must differ from service.messages.key".to_owned());
        }
        if self.relay.number.trim().is_empty() || self.relay.lifetime_secs == 0 {
            return Err("service.relay: needs a number, and a lifetime_secs of at least 1".to_owned());
        }
        crate::clients::sms::Sms::new(&self.messages)
            .map_err(|error| format!("service.messages: {error}"))?;
        crate::clients::relay::Exchange::new(&self.relay)
            .map(drop)
            .map_err(|error| format!("service.relay: {error}"))
    }

    /// The account of the links; `None` = there are none.
    #[must_use]
    pub fn peers_nats(&self) -> Option<&bus::NatsConfig> {
        (!self.peers_nats.urls.is_empty()).then_some(&self.peers_nats)
    }

    /// Local time of the city.
    ///
    /// # Errors
    /// When it is a day or more away from UTC.
    pub fn offset(&self) -> Result<FixedOffset, String> {
        let out_of_range = || "service.utc_offset_secs: must be less than a day".to_owned();
        FixedOffset::east_opt(self.utc_offset_secs).ok_or_else(out_of_range)
    }
}

impl VaultConfig {
    /// The keys.
    ///
    /// # Errors
    /// Names the setting that is missing or wrong.
    pub fn read(&self) -> Result<VaultKeys, KeyError> {
        VaultKeys::read(&self.keys, &self.blind_index_key)
    }
}

#[cfg(test)]
mod tests {
    use runtime::settings::load;

    const ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    fn with(overrides: &[(&str, &str)]) -> Result<super::IntakeConfig, String> {
        let overrides: Vec<_> = overrides
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        load::<crate::app::Intake>(None, &overrides)
            .map(|settings| settings.service)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_load_but_hold_no_keys() {
        let config = with(&[]).unwrap();
        assert_eq!(config.utc_offset_secs, 28_800);
        let missing = config.vault.read().unwrap_err().to_string();
        assert!(missing.starts_with("service.vault.keys is not set"), "{missing}");
    }

    #[test]
    fn keys_come_by_version_and_are_never_printed() {
        let config = with(&[
            ("service.vault.keys.1", ONE),
            ("service.vault.blind_index_key", TWO),
        ])
        .unwrap();
        assert!(config.vault.read().is_ok());
        let printed = format!("{config:?}");
        assert!(!printed.contains(ONE) && !printed.contains(TWO), "{printed}");
    }

    #[test]
    fn wrong_settings_are_named() {
        let refused = |overrides: &[(&str, &str)]| with(overrides).unwrap_err();
        assert!(
            refused(&[
                ("service.vault.keys.1", "short"),
                ("service.vault.blind_index_key", TWO)
            ])
            .contains("service.vault.keys.1")
        );
        assert!(
            refused(&[("service.vault.keys.1", ONE)]).contains("service.vault.blind_index_key is not set")
        );
        assert!(refused(&[("service.utc_offset_secs", "90000")]).contains("utc_offset_secs"));
        assert!(refused(&[("service.similar_days", "0")]).contains("similar_days"));
        assert!(refused(&[("service.vualt", "x")]).contains("vualt"));
    }
}
