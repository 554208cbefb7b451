//! 响应: first contact with the caller or arrival on site; once a round, and never the same as done.
use super::{Effect, sign};
use crate::domain::handling::{ActRefusal, Handling, State};
use chrono::{DateTime, TimeDelta, Utc};

/// How far a unit's clock may be ahead of ours.
const AHEAD_MAX: TimeDelta = TimeDelta::minutes(5);

pub(super) fn decide(
    handling: &mut Handling,
    contacted_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    if contacted_at.is_some_and(|at| at > now + AHEAD_MAX) {
        return Err(ActRefusal::ContactInFuture);
    }
    let mut effects = sign::imply(handling, now)?;
    match handling.state {
        State::Signed { signed_at } => {
            handling.state = State::Responded {
                signed_at,
                responded_at: now,
            };
            effects.push(Effect::Responded);
            Ok(effects)
        }
        State::Responded { .. } => Err(ActRefusal::AlreadyResponded),
        _ => Err(ActRefusal::AlreadyReplied),
    }
}
