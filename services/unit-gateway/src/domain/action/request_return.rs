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

/// First what the city's policy says, then the window. A window whose end routing could not compute stays open: the reviewer sees the terms and decides.
fn within_window(handling: &Handling, now: DateTime<Utc>) -> Result<(), ActRefusal> {
    let assignment = &handling.assignment;
    let refused = assignment
        .return_right
        .as_ref()
        .and_then(|right| right.refused.as_deref());
    match refused {
        Some("ruling") => return Err(ActRefusal::RuledOrder),
        Some("first_receiver") => return Err(ActRefusal::FirstReceiver),
        Some("limit_reached") => return Err(ActRefusal::ReturnsUsedUp),
        // Not granted, or a reason of tomorrow.
        Some(_) => return Err(ActRefusal::ReturnNotAllowed),
        None => {}
    }
    if assignment.terms.return_window.is_none() {
        return Err(ActRefusal::ReturnNotAllowed);
    }
    match assignment.return_until {
        Some(until) if now > until => Err(ActRefusal::ReturnWindowOver),
        _ => Ok(()),
    }
}
