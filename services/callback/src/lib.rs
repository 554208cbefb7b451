//! Callback 回访: asks the caller whether the unit's reply is true, and ends orders or sends them back.
//!
//! Ways in: [`api`] (callback agents), [`consumers`] (orders become known, assigned, replied), [`jobs`] (messages are sent, or not answered in time). They call one of
//! [`usecases`], which load a [`domain::Case`], let it decide, save it and append facts ([`events`]). Messages go
//! through [`clients`]. All SQL is in [`store`]. A task is due from a moment on, and a person picks it up.
mod api;
pub mod app;
mod clients;
pub mod config;
mod consumers;
mod ctx;
mod domain;
mod events;
mod jobs;
mod store;
mod usecases;
