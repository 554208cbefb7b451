//! Coordination outcomes 协调结果: recorded, carried out part by part, or given up by two people.
pub mod act;
pub mod read;
pub mod record;

pub use crate::domain::outcome::{CoordinationOutcome, OutcomePart, OutcomeRefused, OutcomeState};
