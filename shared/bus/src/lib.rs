//! NATS, once: how facts leave a service and how they arrive.
//!
//! The promise, which tests prove: every committed fact reaches every service at least once, takes effect
//! exactly once, and facts about one order take effect in the order they were published, with any number of
//! replicas and through crashes of anything.
//!
//! Out: a use case calls [`outbox::append`] in its transaction; the [`relay`] publishes and waits for the ack.
//! In: [`feed`] pulls one durable consumer per shard strictly in order, [`apply`] runs the handlers over a
//! batch in one fenced transaction, [`held`] keeps the line of a failed message, [`dead_letters`] parks it.
//! Who runs which shard is decided by [`lease`]; [`host`] puts it all together.
pub mod apply;
pub mod config;
pub mod connect;
pub mod dead_letters;
pub mod error;
pub mod feed;
pub mod handler;
pub mod held;
pub mod host;
mod inbox;
pub mod lane;
pub mod lease;
mod life;
pub mod objects;
pub mod outbox;
pub mod provision;
pub mod relay;
pub mod replay;
mod settle;
pub mod stats;

pub use config::{BusConfig, NatsConfig};
pub use connect::Bus;
pub use error::BusError;
pub use handler::{Handler, Heard, Incoming, Verdict, heard, on, on_several};
pub use host::Host;
pub use outbox::Fact;

/// The text that every service's first migration equals.
pub const PLATFORM_SQL: &str = include_str!("../sql/platform.sql");
