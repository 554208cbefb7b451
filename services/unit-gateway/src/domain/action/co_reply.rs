//! A unit that helps says that its part is done, or why not; any number of times while the round is open, the newest
//! counts. It changes nothing for the lead, which stays responsible for the whole.
use super::Effect;
use crate::domain::handling::{ActRefusal, Handling, State};

pub(super) fn decide(handling: &Handling) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Assigned | State::Signed { .. } | State::Responded { .. } => Ok(vec![Effect::CoReplied]),
        State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
    }
}
