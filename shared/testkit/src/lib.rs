//! Test harness: real PostgreSQL and NATS, one database and one subject namespace per test, a clock moved by
//! hand, and no sleeps.
//!
//! A test of one service starts a [`TestApp`]; a journey over all services puts several into one [`World`].
//! `settle()` runs relays, consumers, jobs and held lines until nothing moves. When an app is dropped, the test
//! fails if facts were left unpublished or events were parked that it did not expect.
#![expect(clippy::unwrap_used, reason = "a harness that cannot go on fails the test")]
mod app;
mod client;
mod leftovers;
pub mod servers;
mod world;

pub use app::TestApp;
pub use client::{Client, Response};
pub use servers::Servers;
pub use web::auth::Role;
pub use world::World;
