//! Settings under `[nats]` and `[bus]`; every service has them.
use contracts::subjects::Namespace;
use secrecy::SecretString;
use serde::Deserialize;

/// `[nats]`: one connection to one account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatsConfig {
    /// Servers, `nats://host:port` each.
    pub urls: Vec<String>,
    /// User of the account; empty = none.
    pub user: String,
    /// Its password; empty = none.
    pub password: SecretString,
    /// First word of every subject and stream; empty in production.
    pub namespace: String,
    /// Copies of each stream: 3 in production, 1 on a laptop.
    pub replicas: usize,
    /// Wait for an acknowledgement of a publish; longer than an election (4 to 9 s).
    pub ack_timeout_ms: u64,
    /// Where a server's monitoring is, `http://host:8222`; empty = whether it syncs always is not known.
    #[serde(default)]
    pub monitor_url: String,
    /// Certificates of the authority that signed the servers' own (PEM); empty = those of the system.
    #[serde(default)]
    pub tls_ca_file: String,
    /// Our certificate, for servers that ask for one (PEM); empty = none.
    #[serde(default)]
    pub tls_cert_file: String,
    /// Its key (PEM).
    #[serde(default)]
    pub tls_key_file: String,
}

impl NatsConfig {
    /// The namespace as a builder of subjects.
    #[must_use]
    pub fn namespace(&self) -> Namespace {
        Namespace::new(&self.namespace)
    }

    /// Checks what serde cannot; `section` is where this stands in the settings.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check(&self, section: &str) -> Result<(), String> {
        if self.urls.is_empty() {
            return Err(format!("{section}.urls must name a server"));
        }
        if self.replicas == 0 {
            return Err(format!("{section}.replicas must be at least 1"));
        }
        if self.ack_timeout_ms == 0 {
            return Err(format!("{section}.ack_timeout_ms must be at least 1"));
        }
        if self.tls_cert_file.is_empty() != self.tls_key_file.is_empty() {
            return Err(format!(
                "{section}.tls_cert_file and {section}.tls_key_file belong together"
            ));
        }
        Ok(())
    }
}

/// `[bus]`: relay, consumers, leases, retention.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusConfig {
    /// How long a shard lease lasts without renewal; a dead replica's shards move after this.
    pub lease_ttl_ms: u64,
    /// How often leases are renewed and shared out.
    pub lease_tick_ms: u64,
    /// Most outbox rows in one pass of the relay.
    pub relay_batch_max: i64,
    /// Shortest time between two passes of a busy relay; 0 = as fast as it can.
    pub relay_every_ms: u64,
    /// Wait of an idle relay; a commit of the same process wakes it at once.
    pub relay_poll_ms: u64,
    /// Most messages in one transaction.
    pub consume_batch_max: usize,
    /// Shortest time between two transactions of a busy lane; 0 = as fast as it can.
    pub consume_every_ms: u64,
    /// How long applied events wait until the server and `feed_positions` hear of them, many at once.
    pub settle_every_ms: u64,
    /// After this long without an ack the server sends a message again.
    pub ack_wait_secs: u64,
    /// Tries of one message before it is parked in `dead_letters`.
    pub attempts_max: i32,
    /// First wait before a failed message is tried again; doubles up to `retry_max_ms`.
    pub retry_first_ms: u64,
    /// Longest wait between two tries.
    pub retry_max_ms: u64,
    /// Days that published facts stay in `journal`, for `replay --since`.
    pub journal_keep_days: i32,
    /// Days that the inbox remembers; at least `journal_keep_days` plus the age limit of the stream.
    pub inbox_keep_days: i32,
}

impl BusConfig {
    /// Checks what serde cannot; `stream_days` is the age limit of the stream that is consumed.
    ///
    /// # Errors
    /// Names the setting.
    pub fn check(&self, stream_days: u64) -> Result<(), String> {
        let limits = [
            ("lease_tick_ms", self.lease_tick_ms),
            (
                "relay_batch_max",
                u64::try_from(self.relay_batch_max).unwrap_or(0),
            ),
            ("relay_poll_ms", self.relay_poll_ms),
            ("consume_batch_max", self.consume_batch_max as u64),
            ("ack_wait_secs", self.ack_wait_secs),
            ("attempts_max", u64::try_from(self.attempts_max).unwrap_or(0)),
            ("retry_first_ms", self.retry_first_ms),
            (
                "journal_keep_days",
                u64::try_from(self.journal_keep_days).unwrap_or(0),
            ),
        ];
        if let Some((name, _)) = limits.iter().find(|(_, value)| *value == 0) {
            return Err(format!("bus.{name} must be at least 1"));
        }
        if self.lease_tick_ms >= self.lease_ttl_ms / 2 {
            return Err(format!(
                "bus.lease_tick_ms ({}) must be less than half of bus.lease_ttl_ms ({}): one lost renewal must not cost the lease",
                self.lease_tick_ms, self.lease_ttl_ms
            ));
        }
        if self.retry_max_ms < self.retry_first_ms {
            return Err(format!(
                "bus.retry_max_ms ({}) must be at least bus.retry_first_ms ({})",
                self.retry_max_ms, self.retry_first_ms
            ));
        }
        let remembered = u64::try_from(self.inbox_keep_days).unwrap_or(0);
        let needed = u64::try_from(self.journal_keep_days).unwrap_or(0) + stream_days;
        if remembered < needed {
            return Err(format!(
                "bus.inbox_keep_days ({remembered}) must be at least {needed}, bus.journal_keep_days and the {stream_days} days of \
                 the stream: a replayed event that was forgotten would take effect twice"
            ));
        }
        Ok(())
    }
}
