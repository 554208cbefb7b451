//! A private nats-server and a private PostgreSQL for one process: found, started, watched and stopped.
//!
//! Used by `services/all-in-one` (data under `.run/`, kept) and by `testkit` (throw-away data), never by a
//! deployed service. What surprises: both servers end when this process ends, even by `kill -9`, because
//! each has a watchdog that waits on a pipe held by us (see [`process`]); and PostgreSQL never runs as root.

pub mod account;
pub mod binaries;
pub mod cluster;
pub mod error;
pub mod jetstream_block;
pub mod nats;
pub mod port;
pub mod postgres;
pub mod process;
pub mod throw_away;

pub use binaries::Binaries;
pub use error::EmbeddedError;
pub use nats::{Nats, NatsOptions};
pub use postgres::{Postgres, PostgresOptions};
pub use throw_away::ThrowAway;
