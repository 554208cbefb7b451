//! 延期: the lead asks for more time, one request at a time. Supervision decides; until then the clocks run on, and the
//! unit may go on, and reply.
use super::{Effect, sign};
use crate::domain::handling::{ActRefusal, Handling, State};
use chrono::{DateTime, Utc};
use contracts::ids::ExtensionId;

pub(super) fn decide(
    handling: &mut Handling,
    fresh: ExtensionId,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    match handling.state {
        State::Closed { .. } => return Err(ActRefusal::Closed),
        State::Revoked { .. } => return Err(ActRefusal::StaleGeneration),
        State::Replied { .. } => return Err(ActRefusal::AlreadyReplied),
        State::Assigned | State::Signed { .. } | State::Responded { .. } => {}
    }
    if handling.extension_id.is_some() {
        return Err(ActRefusal::ExtensionPending);
    }
    let mut effects = sign::imply(handling, now)?;
    handling.extension_id = Some(fresh);
    effects.push(Effect::ExtensionRequested(fresh));
    Ok(effects)
}
