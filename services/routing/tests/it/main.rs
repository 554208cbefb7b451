//! Routing on real PostgreSQL and NATS, through its interfaces.
#![expect(clippy::unwrap_used, reason = "tests")]
mod access;
mod assigning;
mod closing;
mod decisions;
mod directory;
mod harness;
mod manual_queue;
mod returns;
mod texts;
