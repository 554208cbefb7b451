//! From what happens here to what the other services hear. The only files that know both.
pub mod consultations;
mod figures;
pub mod grants;
pub mod ladder;
pub mod outcomes;
pub mod referrals;

pub use figures::{
    Emerged, exclusion_request, exclusion_requested, exclusion_reviewed, matter_emerged, score_changed,
};

use crate::domain::{Clock, ClockEffect};

use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::{OrderId, UnitCode};
use contracts::supervision::{ClockBreachedV1, ClockWarnedV1};

/// Who does what time causes.
pub const CLOCK_ACTOR: &str = "clock";

/// Who does what the ladder of supervision does by itself.
pub const LADDER_ACTOR: &str = crate::domain::supervision::LADDER;

/// The fact for one effect of a clock.
#[must_use]
pub fn fact(
    order_id: OrderId,
    clock: &Clock,
    effect: ClockEffect,
    unit: Option<UnitCode>,
    now: DateTime<Utc>,
    cause: &Cause,
) -> Fact {
    let (name, timer_generation, due_at) = (clock.name, clock.timer_generation, clock.due_at);
    match effect {
        ClockEffect::Warned => {
            let event = ClockWarnedV1 {
                order_id,
                clock: name,
                timer_generation,
                due_at,
                unit,
            };
            Fact::new(order_id.uuid(), now, cause, &event)
        }
        ClockEffect::Breached => {
            let event = ClockBreachedV1 {
                order_id,
                clock: name,
                timer_generation,
                due_at,
                unit,
            };
            Fact::new(order_id.uuid(), now, cause, &event)
        }
    }
}
