//! What no single service can test: journeys over all five, chaos with real processes, the structure of the
//! tree, compatibility of messages, load.
pub mod above;
pub mod city;
pub mod cluster;
pub mod consulting;
pub mod generator;
pub mod hotlines;
pub mod linked;
pub mod live;
pub mod nats_unit;
pub mod people;
pub mod platform;
pub mod python;
pub mod wait;
pub mod webhook;
pub mod wire;

pub use platform::Platform;

/// A callback policy for measurements: they run at any hour, so callers are called at any hour, too.
pub const ANY_HOUR: &str = r#"calling = { hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = "00:00:00", to = "00:00:00", on_holidays = true }] }"#;
