//! 退单: "not ours". The hotline reviews it; until then the unit stays responsible and may go on, but not reply.
use super::Effect;
use crate::domain::handling::{ActRefusal, Handling, State};
use contracts::ids::ReturnId;

pub(super) fn decide(handling: &mut Handling, fresh: ReturnId) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
        State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
        _ if handling.return_id.is_some() => Err(ActRefusal::ReturnPending),
        State::Assigned | State::Signed { .. } | State::Responded { .. } => {
            handling.return_id = Some(fresh);
            Ok(vec![Effect::ReturnRequested(fresh)])
        }
    }
}
