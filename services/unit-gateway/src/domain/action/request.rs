//! What requests to supervision have in common: the lead asks while it has the order in its hands, and has signed by that.
use super::{Effect, sign};
use crate::domain::handling::{ActRefusal, Handling, State};
use chrono::{DateTime, Utc};

/// Whether the round is one in which the lead may still ask.
pub(super) const fn may_ask(handling: &Handling) -> Result<(), ActRefusal> {
    match handling.state {
        State::Closed { .. } => Err(ActRefusal::Closed),
        State::Revoked { .. } => Err(ActRefusal::StaleGeneration),
        State::Replied { .. } => Err(ActRefusal::AlreadyReplied),
        State::Assigned | State::Signed { .. } | State::Responded { .. } => Ok(()),
    }
}

/// Notes the request by `open`.
pub(super) fn ask(
    handling: &mut Handling,
    effect: Effect,
    now: DateTime<Utc>,
    open: impl FnOnce(&mut Handling),
) -> Result<Vec<Effect>, ActRefusal> {
    let mut effects = sign::imply(handling, now)?;
    open(handling);
    effects.push(effect);
    Ok(effects)
}
