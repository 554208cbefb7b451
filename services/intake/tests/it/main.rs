//! Intake through its interfaces, on real PostgreSQL and NATS.
#![expect(clippy::unwrap_used, reason = "tests")]
mod amend;
mod concurrency;
mod directory_copy;
mod follow;
mod harness;
mod idempotency;
mod leave;
mod messages;
mod news;
mod open311;
mod peer_keys;
mod peer_public_keys;
mod peer_tls;
mod privacy;
mod progress;
mod read;
mod register_complaint;
mod relays;
mod replies;
mod reveal_identity;
mod similar;
mod structure;
mod transfers;
mod vault_rows;
