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
}

impl NatsConfig {
    /// The namespace as a builder of subjects.
    #[must_use]
    pub fn namespace(&self) -> Namespace {
        Namespace::new(&self.namespace)
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
