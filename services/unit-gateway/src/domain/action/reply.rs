//! 办结反馈: the unit says it is done. The hotline will ask the caller.
use super::{Effect, sign};
use crate::domain::handling::{ActRefusal, Handling, State};
use chrono::{DateTime, Utc};

pub(super) fn decide(handling: &mut Handling, now: DateTime<Utc>) -> Result<Vec<Effect>, ActRefusal> {
    if handling.return_id.is_some() && !handling.state.is_over() {
        return Err(ActRefusal::ReturnPending);
    }
    let mut effects = sign::imply(handling, now)?;
    let (signed_at, responded_at) = match handling.state {
        State::Signed { signed_at } => (signed_at, None),
        State::Responded {
            signed_at,
            responded_at,
        } => (signed_at, Some(responded_at)),
        _ => return Err(ActRefusal::AlreadyReplied),
    };
    handling.state = State::Replied {
        signed_at,
        responded_at,
        replied_at: now,
    };
    effects.push(Effect::Replied);
    Ok(effects)
}
