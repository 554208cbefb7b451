//! Every JetStream stream and object store as data; `bus::provision` creates or extends them and never deletes.
use crate::peer_links;
use crate::subjects::Namespace;

/// Settings of one stream. Storage is always file, retention by limits, a full stream refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamSpec {
    /// Name with its namespace.
    pub name: String,
    /// Subjects it holds.
    pub subjects: Vec<String>,
    /// How long messages stay.
    pub max_age_days: u64,
    /// Upper bound of its files; publishers are refused beyond it, the outbox then waits.
    pub max_bytes: i64,
    /// How long the server remembers message ids.
    pub duplicate_window_secs: u64,
    /// Consumers allowed; the server's own default of 1000 is a silent ceiling.
    pub max_consumers: i32,
}

const MAX_AGE_DAYS: u64 = 14;
const DUPLICATE_WINDOW_SECS: u64 = 600;
const EVENTS_MAX_BYTES: i64 = 64 << 30;
const UNITS_MAX_BYTES: i64 = 16 << 30;
const PEERS_MAX_BYTES: i64 = 4 << 30;
/// A consumer for each hotline that sends.
const PEERS_MAX_CONSUMERS: i32 = 256;

/// `EVENTS`: every fact, from every service to every service.
#[must_use]
pub fn events(namespace: &Namespace) -> StreamSpec {
    StreamSpec {
        name: namespace.stream("EVENTS"),
        subjects: vec![namespace.all_events()],
        max_age_days: MAX_AGE_DAYS,
        max_bytes: EVENTS_MAX_BYTES,
        duplicate_window_secs: DUPLICATE_WINDOW_SECS,
        max_consumers: 512,
    }
}

/// `UNITS`, in the account of the units: documents for units that subscribe.
#[must_use]
pub fn units(namespace: &Namespace) -> StreamSpec {
    StreamSpec {
        name: namespace.stream("UNITS"),
        subjects: vec![namespace.all_unit_orders()],
        max_age_days: MAX_AGE_DAYS,
        max_bytes: UNITS_MAX_BYTES,
        duplicate_window_secs: DUPLICATE_WINDOW_SECS,
        max_consumers: 4_000,
    }
}

/// `PEERS`, in the account of that name: what other hotlines have said to us.
#[must_use]
pub fn peers(own: &str) -> StreamSpec {
    StreamSpec {
        name: "PEERS".to_owned(),
        subjects: vec![peer_links::documents_for(own)],
        max_age_days: MAX_AGE_DAYS,
        max_bytes: PEERS_MAX_BYTES,
        duplicate_window_secs: DUPLICATE_WINDOW_SECS,
        max_consumers: PEERS_MAX_CONSUMERS,
    }
}

/// Settings of one object store: contents too large for a message, the newest of each name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreSpec {
    /// Name with its namespace.
    pub name: String,
    /// Upper bound of its files, and of one content.
    pub max_bytes: i64,
}

const DIRECTORY_MAX_BYTES: i64 = 256 << 20;

/// `DIRECTORY`: what other services need of the directory ([`crate::directory_content`]).
#[must_use]
pub fn directory(namespace: &Namespace) -> StoreSpec {
    StoreSpec {
        name: namespace.stream("DIRECTORY"),
        max_bytes: DIRECTORY_MAX_BYTES,
    }
}
