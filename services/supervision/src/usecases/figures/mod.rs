//! Reads figures: sums over cases, by unit, district, matter, kind or channel, and the orders behind each sum.
mod drill;
mod groups;

pub use drill::{Drill, Drilled, Part, Position, orders};
pub use groups::{By, Group, Wanted, figures};
