//! Routing 派单: who is responsible for an order, on what terms, and why.
//!
//! Ways in: `api` (people), `consumers` (orders are registered, returned, closed), `jobs` (a new directory is
//! noticed). They call one of `usecases`, which ask the pure rules of [`domain`], keep what was decided
//! (`store`) and tell it (`events`). [`pack`] reads a city's data pack into a directory.
mod api;
mod app;
mod config;
mod consumers;
mod ctx;
pub mod domain;
mod events;
mod import;
mod jobs;
pub mod pack;
mod store;
mod usecases;

pub use app::Routing;
pub use config::RoutingConfig;
pub use import::{import_pack, load_pack};
