//! `[service]` of unit-gateway. Every setting stands with its reason in `config/default.toml`.
use crate::domain::attachment;
use secrecy::SecretString;
use serde::Deserialize;

/// The service's own settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitGatewayConfig {
    /// Offset of local time in answers.
    pub utc_offset_secs: i32,
    /// Life of a new unit key.
    pub key_lifetime_days: i64,
    /// How long a replica believes in a key it has looked up.
    pub key_cache_secs: i64,
    /// Connection to the account of the units.
    pub units_nats: bus::NatsConfig,
    /// Logins of units on NATS.
    pub unit_logins: UnitLoginsConfig,
    /// Claiming and publishing.
    pub delivery: DeliveryConfig,
    /// Calling out.
    pub webhook: WebhookConfig,
    /// Commands over NATS.
    pub commands: CommandsConfig,
    /// Evidence.
    pub attachments: AttachmentsConfig,
    /// Units that speak with callers.
    pub contacts: ContactsConfig,
}

/// `[service.contacts]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactsConfig {
    /// Intake.
    pub intake_url: String,
    /// What intake knows us by; empty = no contact is offered.
    pub intake_key: SecretString,
    /// Of one call to intake.
    pub timeout_ms: u64,
}

/// `[service.delivery]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryConfig {
    /// Wait of an idle sender for what another process queued, or for what falls due.
    pub poll_ms: u64,
    /// From a commit until a sender looks.
    pub gather_ms: u64,
    /// Pulls that wait for a document at the same time.
    pub waiting_pulls_max: usize,
    /// How long a followed feed lasts until its client must come back.
    pub live_secs: u64,
    /// Documents claimed together.
    pub batch_max: i64,
    /// How long a sender may hold a document.
    pub lease_secs: i64,
    /// Wait after our own NATS failed.
    pub nats_retry_secs: i64,
    /// A unit on NATS that acknowledges nothing for so long, while something waits, is told of.
    pub unread_alarm_secs: i64,
    /// Orders that ended longer ago are not sent again after the stream was lost.
    pub resend_closed_days: i64,
    /// Documents of orders that ended longer ago are dropped.
    pub keep_days: i64,
}

/// `[service.webhook]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// One call.
    pub timeout_ms: u64,
    /// Of that, until connected.
    pub connect_timeout_ms: u64,
    /// Most that is read of an answer.
    pub response_max_bytes: usize,
    /// Calls to one unit at the same time.
    pub per_unit_in_flight_max: usize,
    /// Documents of one unit that wait behind its calls.
    pub ahead_max: usize,
    /// Calls to all units at the same time, without the slow ones.
    pub in_flight_max: usize,
    /// Calls are slow that last longer.
    pub slow_after_ms: u64,
    /// Slow calls at the same time; beyond it no unit is called whose last call failed.
    pub slow_in_flight_max: usize,
    /// Waits after failed calls.
    pub retry_secs: Vec<u64>,
    /// Longest that an endpoint's `Retry-After` is believed.
    pub retry_after_max_secs: i64,
    /// How long a secret signs beside the one that replaced it.
    pub secret_overlap_secs: i64,
    /// Failed calls in a row until an endpoint is left alone.
    pub breaker_failures: i32,
    /// For how long.
    pub breaker_secs: i64,
    /// Failing for so long, people are told.
    pub alarm_after_secs: i64,
    /// Wait between two test calls to such an endpoint.
    pub probe_secs: i64,
    /// Plain http and private addresses.
    pub allow_private_targets: bool,
    /// Seals the signing secrets.
    pub secret_key: SecretString,
}

/// `[service.commands]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandsConfig {
    /// Worked on at the same time.
    pub in_flight_max: usize,
    /// Of one unit, per second; 0 = no limit.
    pub rate_per_second_max: u32,
}

/// `[service.unit_logins]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitLoginsConfig {
    /// Signs the tokens; empty = units do not log in with their keys.
    pub issuer_key: SecretString,
    /// How long a connection lasts until it must log in again.
    pub lifetime_secs: i64,
    /// User of the system account, to end connections of withdrawn keys at once; empty = none.
    pub system_user: String,
    /// Its password.
    pub system_password: SecretString,
}

/// `[service.attachments]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentsConfig {
    /// Where contents are.
    pub folder: std::path::PathBuf,
    /// Of one content.
    pub max_bytes: usize,
    /// Of one unit on one order.
    pub per_unit_max: i64,
    /// What may be attached.
    pub types: Vec<String>,
}

impl UnitGatewayConfig {
    /// Checks what serde cannot.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check(&self) -> Result<(), String> {
        let lease_ms = self.delivery.lease_secs.saturating_mul(1_000);
        let longest_ms = self.webhook.timeout_ms.max(self.units_nats.ack_timeout_ms);
        if u64::try_from(lease_ms).unwrap_or(0) < longest_ms.saturating_mul(2) {
            return Err(format!(
                "service.delivery.lease_secs must be at least twice the longest push ({longest_ms} ms)"
            ));
        }
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        for (name, value) in [
            ("service.delivery.batch_max", self.delivery.batch_max),
            (
                "service.webhook.per_unit_in_flight_max",
                count(self.webhook.per_unit_in_flight_max),
            ),
            ("service.webhook.ahead_max", count(self.webhook.ahead_max)),
            ("service.webhook.in_flight_max", count(self.webhook.in_flight_max)),
            (
                "service.webhook.slow_in_flight_max",
                count(self.webhook.slow_in_flight_max),
            ),
            (
                "service.commands.in_flight_max",
                count(self.commands.in_flight_max),
            ),
            ("service.key_lifetime_days", self.key_lifetime_days),
            (
                "service.delivery.resend_closed_days",
                self.delivery.resend_closed_days,
            ),
            ("service.delivery.keep_days", self.delivery.keep_days),
            (
                "service.webhook.breaker_failures",
                self.webhook.breaker_failures.into(),
            ),
            ("service.webhook.breaker_secs", self.webhook.breaker_secs),
            ("service.webhook.alarm_after_secs", self.webhook.alarm_after_secs),
            ("service.webhook.probe_secs", self.webhook.probe_secs),
            (
                "service.webhook.retry_after_max_secs",
                self.webhook.retry_after_max_secs,
            ),
            (
                "service.delivery.unread_alarm_secs",
                self.delivery.unread_alarm_secs,
            ),
            (
                "service.unit_logins.lifetime_secs",
                self.unit_logins.lifetime_secs,
            ),
            ("service.attachments.per_unit_max", self.attachments.per_unit_max),
        ] {
            if value < 1 {
                return Err(format!("{name} must be at least 1"));
            }
        }
        if let Some(unknown) = self
            .attachments
            .types
            .iter()
            .find(|kind| !attachment::is_known(kind))
        {
            return Err(format!(
                "service.attachments.types: {unknown} cannot be recognised"
            ));
        }
        if chrono::FixedOffset::east_opt(self.utc_offset_secs).is_none() {
            return Err("service.utc_offset_secs is no offset".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::UnitGateway;

    fn load(key: &str, value: &str) -> Result<(), String> {
        runtime::settings::load::<UnitGateway>(None, &[(key.to_owned(), value.to_owned())])
            .map(drop)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_complete_and_contradictions_are_named() {
        load("service.units_nats.urls", "nats://a:4222,nats://b:4222").unwrap();
        for (key, value) in [
            ("service.delivery.lease_secs", "10"),
            ("service.webhook.per_unit_in_flight_max", "0"),
            ("service.utc_offset_secs", "999999"),
            ("service.delivery.keep_days", "0"),
            ("service.webhook.colour", "red"),
            ("service.attachments.types", "[\"text/html\"]"),
        ] {
            let error = load(key, value).unwrap_err();
            assert!(error.contains(key.rsplit('.').next().unwrap()), "{error}");
        }
    }
}
