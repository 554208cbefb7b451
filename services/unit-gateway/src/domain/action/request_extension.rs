//! 延期: the lead asks for more time, one request at a time. Supervision decides; until then the clocks run on, and the
//! unit may go on, and reply.
use super::{Effect, request};
use crate::domain::handling::{ActRefusal, Handling};
use chrono::{DateTime, Utc};
use contracts::ids::ExtensionId;

pub(super) fn decide(
    handling: &mut Handling,
    fresh: ExtensionId,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    request::may_ask(handling)?;
    if handling.extension_id.is_some() {
        return Err(ActRefusal::ExtensionPending);
    }
    request::ask(handling, Effect::ExtensionRequested(fresh), now, |handling| {
        handling.extension_id = Some(fresh);
    })
}
