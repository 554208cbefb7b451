//! Supervision orders 督办 and the ladder they climb: what is seen of an order (`sights`), what that makes of its
//! supervision order (`climb`), what people do with one (`order`), and where it then stands (`state`).
mod acts;
mod climb;
mod order;
mod rung;
mod sights;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use acts::Refused;
pub use climb::climb;
pub use order::{Identity, SupervisionOrder};
pub use rung::{Rung, from_height, height};
pub use sights::{Group, Look, Sight, group_of, look};
pub use state::{Act, State};
pub use step::{Evidence, Step, StepKind, Why};

use crate::domain::policies::Ladder;
use crate::domain::{Calendars, Policy};
use chrono::{DateTime, Utc};

/// Who writes what the ladder does by itself.
pub const LADDER: &str = "ladder";

/// What a rung is opened with.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The ladder that holds.
    pub ladder: &'a Ladder,
    /// Published calendars.
    pub calendars: &'a Calendars,
    /// The city's rules about clocks.
    pub policy: &'a Policy,
    /// The time of the transaction.
    pub now: DateTime<Utc>,
}
