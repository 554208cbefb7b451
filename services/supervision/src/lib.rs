//! Supervision 督办: sees every event of every service, keeps the timeline, and watches the four clocks.
//!
//! Ways in: `consumers` (one handler that hears everything), `jobs` (timers that fall due), `api` (lists and
//! timelines for people). Events become changes of an order (`domain::order`); what clocks an order should have
//! follows from it (`domain::plan`) and is brought about by `domain::reconcile`, in the transaction of the fact.
//! Surprise: nothing depends on the order in which facts of different services arrive.
mod api;
pub mod app;
pub mod config;
mod consumers;
mod ctx;
mod domain;
mod events;
mod jobs;
mod store;
mod usecases;
