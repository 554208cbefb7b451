//! What a unit's programmer has instead of a platform: `check` plays the platform against the unit's system and says what
//! it got wrong; `sandbox` plays a unit against a platform.
//!
//! Knows only what a unit may know: `asyncapi.json` beside this crate, and signatures. No service is part of it.
pub mod book; // what a unit has done at the platform that is played
pub mod checks; // what is tried, and what must follow
pub mod cli;
pub mod orders; // fake orders, made of the documented examples
pub mod platform; // the platform's doors, over HTTP and NATS
pub mod sandbox; // a unit that works by a script
pub mod way; // how a document is brought to the unit

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in seconds since 1970: signatures are checked against the time of the machine.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the other side has no clock of ours")]
pub fn now_secs() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
