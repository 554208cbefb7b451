//! The kit against the clients that we publish, which must pass, and against the same clients with one line made wrong,
//! which must be found out: the clients are real programs, in Python and JavaScript, with libraries that are not ours.
#![expect(clippy::unwrap_used, reason = "tests")]
mod clients; // the programs, as processes
mod nats;
mod webhook;
