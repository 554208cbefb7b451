//! The `[http]` section of a service's configuration: every limit of its public port.
use std::net::SocketAddr;

use serde::Deserialize;

/// Address and limits of the public HTTP port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Largest request body of a route that has no limit of its own.
    pub body_max_bytes: usize,
    /// Longest time for one request, from the first byte of its handler to the answer.
    pub timeout_ms: u64,
    /// Requests worked on at once; more are refused with 503.
    pub concurrency_max: usize,
    /// Requests per second and caller, with a burst of the same size; 0 switches the limit off.
    pub rate_per_second_max: u32,
    /// How long open requests may finish after the stop signal.
    pub drain_secs: u64,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            body_max_bytes: 262_144,
            timeout_ms: 10_000,
            concurrency_max: 512,
            rate_per_second_max: 200,
            drain_secs: 10,
        }
    }
}
