//! What no single service can test: journeys over all five, chaos with real processes, the structure of the
//! tree, compatibility of messages, load.
pub mod city;
pub mod cluster;
pub mod generator;
pub mod live;
pub mod nats_unit;
pub mod people;
pub mod platform;
pub mod python;
pub mod wait;
pub mod webhook;

pub use platform::Platform;
