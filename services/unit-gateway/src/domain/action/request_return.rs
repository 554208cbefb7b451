//! 退单: "not ours". Only while the window of the terms lasts: silence past it makes the unit responsible. The hotline
//! reviews the request; until then the unit stays responsible and may go on, but not reply.
use super::Effect;
use crate::domain::handling::{ActRefusal, Handling, State};
use chrono::{DateTime, Utc};
use contracts::ids::ReturnId;

pub(super) fn decide(
    handling: &mut Handling,
    fresh: ReturnId,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
        State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
        _ if handling.return_id.is_some() => Err(ActRefusal::ReturnPending),
        State::Assigned | State::Signed { .. } | State::Responded { .. } => {
            within_window(handling, now)?;
            handling.return_id = Some(fresh);
            Ok(vec![Effect::ReturnRequested(fresh)])
        }
    }
}

/// A window whose end routing could not compute stays open: the reviewer sees the terms and decides.
fn within_window(handling: &Handling, now: DateTime<Utc>) -> Result<(), ActRefusal> {
    let assignment = &handling.assignment;
    if assignment.terms.return_window.is_none() {
        return Err(ActRefusal::ReturnNotAllowed);
    }
    match assignment.return_until {
        Some(until) if now > until => Err(ActRefusal::ReturnWindowOver),
        _ => Ok(()),
    }
}
