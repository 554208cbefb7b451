//! unit-gateway against real PostgreSQL and NATS; every test has a database and a namespace of its own.
#![expect(clippy::unwrap_used, reason = "tests")]
mod acting;
mod after_the_decision;
mod consuming;
mod directory_copy;
mod door;
mod endpoint;
mod endpoint_health;
mod evidence;
mod harness;
mod inbox;
mod isolation;
mod keys;
mod live;
mod lost_stream;
mod nats;
mod offline;
mod pulling;
mod retention;
mod rework_and_return;
mod said_again;
mod structure;
mod time_and_parts;
mod trace;
mod unit_system;
mod webhooks;
