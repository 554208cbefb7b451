//! 签收: the unit takes the round. Signing what is signed changes nothing.
use super::Effect;
use crate::domain::handling::{ActRefusal, Handling, State};
use chrono::{DateTime, Utc};

pub(super) fn decide(handling: &mut Handling, now: DateTime<Utc>) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Assigned => {
            handling.state = State::Signed { signed_at: now };
            Ok(vec![Effect::Signed])
        }
        State::Signed { .. } | State::Responded { .. } | State::Replied { .. } => Ok(Vec::new()),
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
    }
}

/// Before an action that needs a signature: in a rework round 重办 the unit has signed this generation before, so
/// that acting takes the round; in the first round it must sign first.
pub(super) fn imply(handling: &mut Handling, now: DateTime<Utc>) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Assigned if handling.rework == 0 => Err(ActRefusal::NotSigned),
        _ => decide(handling, now),
    }
}
