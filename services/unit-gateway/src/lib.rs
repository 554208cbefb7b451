//! unit-gateway carries orders to units and carries back what they do. It decides nothing about responsibility; it
//! retries, and it makes sure that only the right unit acts.
//!
//! Ways in: [`consumers`] (facts), [`api`] (REST), [`commands`] (NATS request/reply), [`jobs`] (time: sending). All
//! lead to [`usecases`], which decide with [`domain`] and write with [`store`]. What goes to units is made in
//! [`documents`], what goes to our own services in [`events`]; [`clients`] reach the units' systems.
pub mod api;
pub mod app;
pub mod clients;
pub mod commands;
pub mod config;
pub mod consumers;
pub mod ctx;
pub mod documents;
pub mod domain;
pub mod events;
pub mod figures;
pub mod jobs;
pub mod store;
pub mod usecases;
pub mod wire;

pub use app::UnitGateway;

/// The service's name in subjects, causes and tables.
pub const SERVICE: &str = "unit-gateway";
