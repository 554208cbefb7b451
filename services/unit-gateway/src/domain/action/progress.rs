//! How it goes: any number of notes while the round is open, also from units that help.
use super::Effect;
use crate::domain::handling::{ActRefusal, Handling, State};

pub(super) fn decide(handling: &Handling) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Assigned | State::Signed { .. } | State::Responded { .. } => Ok(vec![Effect::Progressed]),
        State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
    }
}
