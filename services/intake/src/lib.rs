//! intake: complaints, the identity vault, followers, and what the caller is told.
//!
//! The map: ways in are [`api`] (HTTP) and [`consumers`] (events) and
//! [`jobs`] (time); [`usecases`] is what the service does;
//! [`clients`] reaches what we do not own; [`domain`] holds the rules, [`vault`] the cryptography, [`store`] the tables, [`events`] what others hear.
pub mod app;
pub mod config;
pub mod ctx;

pub mod api;
pub mod clients;
pub mod consumers;
pub mod jobs;

pub mod usecases;

pub mod domain;
pub mod events;
pub mod links;
pub mod store;
pub mod vault;
