//! Callback 回访: asks the caller whether the unit's reply is true, and ends orders or sends them back.
//!
//! Ways in: [`api`] (callback agents), [`consumers`] (orders become known, assigned, replied). They call one of
//! [`usecases`], which load a [`domain::Case`], let it decide, save it and append facts ([`events`]). All SQL is
//! in [`store`]. A task is due from a moment on, and a person picks it up.
mod api;
pub mod app;
pub mod config;
mod consumers;
mod ctx;
mod domain;
mod events;
mod store;
mod usecases;
