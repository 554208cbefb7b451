//! The promise of the bus against real PostgreSQL and NATS: every committed fact takes effect exactly once, and
//! the facts of one line in their order, through crashes of anything.
#![expect(clippy::unwrap_used, reason = "tests")]
mod chaos;
mod dead_letters;
mod effects;
mod fence;
mod figures;
mod handlers;
mod held;
mod inbox;
mod lease;
mod objects;
mod outbox;
mod partitions;
mod provision;
mod relay;
mod rig;
mod running;
mod takeover;
mod wipe;
