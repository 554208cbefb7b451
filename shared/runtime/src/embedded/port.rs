//! Chooses a TCP port that is free right now.
//!
//! Surprise: candidates lie *below* the range the kernel hands to outgoing connections. A port of that range
//! could be taken by somebody's client between a kill and a restart on the same port.

use std::net::{Ipv4Addr, TcpListener};

/// Below Linux' default `ip_local_port_range` (from 32768), above the ports people use by hand.
const CANDIDATES: std::ops::Range<u16> = 20_000..32_000;

/// Random candidates to try before the kernel is asked for any free port.
const ATTEMPTS_MAX: usize = 64;

/// A port on 127.0.0.1 that could be bound a moment ago. Another process may still win it: callers retry.
///
/// # Errors
/// When not even the kernel has a free port.
pub fn free_port() -> std::io::Result<u16> {
    for _ in 0..ATTEMPTS_MAX {
        let candidate = random_candidate();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)).is_ok() {
            return Ok(candidate);
        }
    }
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn random_candidate() -> u16 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    let width = u64::from(CANDIDATES.end - CANDIDATES.start);
    CANDIDATES.start + u16::try_from((high ^ low) % width).expect("the width of the range fits in u16")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds what it binds first: a port chosen and then bound can be taken in between by another test.
    #[test]
    fn a_taken_port_is_not_offered() {
        let held = loop {
            if let Ok(held) = TcpListener::bind((Ipv4Addr::LOCALHOST, random_candidate())) {
                break held;
            }
        };
        let taken = held.local_addr().unwrap().port();
        for _ in 0..200 {
            assert_ne!(free_port().unwrap(), taken);
        }
    }
}
