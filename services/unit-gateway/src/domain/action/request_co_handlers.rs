//! 协办: the lead asks others to help, and stays responsible. Any number of times while the round is open; also while a
//! return is under review, because the unit may go on meanwhile.
use super::Effect;
use crate::domain::handling::{ActRefusal, Handling, State};

pub(super) fn decide(handling: &Handling) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Assigned | State::Signed { .. } | State::Responded { .. } => {
            Ok(vec![Effect::CoHandlersRequested])
        }
        State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
    }
}
