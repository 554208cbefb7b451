//! unit-gateway against real PostgreSQL and NATS; every test has a database and a namespace of its own.
#![expect(clippy::unwrap_used, reason = "tests")]
mod acting;
mod consuming;
mod door;
mod harness;
mod keys;
mod nats;
mod pulling;
mod rework_and_return;
mod structure;
mod trace;
mod webhooks;
