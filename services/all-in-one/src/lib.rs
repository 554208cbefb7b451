//! The whole platform on one machine, for a first hour, a demo and tests with real processes.
//!
//! `hotline run` starts a private PostgreSQL and nats-server below a run folder, migrates, provisions, loads a
//! city's data pack, serves the five services in one process and prints what to try. `hotline service <name>
//! <sub-command>` runs one service alone, as its own binary does. Not for production: tokens come from a
//! development issuer that refuses to listen beyond loopback.
pub mod city;
pub mod cli;
pub mod demo;
pub mod directory;
pub mod issuer;
pub mod layout;
pub mod links;
pub mod nats;
mod parts;
pub mod platform;
pub mod run;
pub mod secrets;
mod welcome;
