//! How every service starts, runs and stops: arguments, settings, telemetry, health, tasks, signals, drain.
//!
//! A service implements [`Service`] and its `main` calls [`main`]; the all-in-one calls [`serve`] for each of
//! the five in one process; tests build the [`App`] and step it by hand.
mod assemble;
mod cli;
mod commands;
#[cfg(feature = "embedded")]
pub mod embedded;
mod job;
pub mod nats_sync;
mod repeat;
mod running;
mod service;
pub mod settings;
mod shutdown;
mod stages;

/// Of every program that links this crate: a batch of events is many small allocations that one thread makes and another
/// frees, which cost the system's allocator a quarter of a busy service's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use assemble::{Assembled, assemble};
pub use cli::{main, main_with};
pub use commands::{DeadLetterCommand, dead_letters, migrate, provision, replay};
pub use job::{Job, Task};
pub use running::{Running, serve, start};
pub use service::{App, Parts, Service};
pub use settings::{OpsConfig, Settings};
pub use shutdown::Stop;
