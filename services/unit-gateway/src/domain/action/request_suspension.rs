//! 挂起: the lead asks that its clocks stand still for a time, one request at a time. Supervision decides; until then they
//! run on, and the unit may go on, and reply.
use super::{Effect, request};
use crate::domain::handling::{ActRefusal, Handling};
use chrono::{DateTime, Utc};
use contracts::ids::SuspensionId;

pub(super) fn decide(
    handling: &mut Handling,
    until: DateTime<Utc>,
    fresh: SuspensionId,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    request::may_ask(handling)?;
    if handling.suspension_id.is_some() {
        return Err(ActRefusal::SuspensionPending);
    }
    if until <= now {
        return Err(ActRefusal::SuspensionPast);
    }
    request::ask(handling, Effect::SuspensionRequested(fresh), now, |handling| {
        handling.suspension_id = Some(fresh);
    })
}
