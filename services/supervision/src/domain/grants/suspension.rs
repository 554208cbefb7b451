//! Time that does not count 挂起: what the city allows, and what ends it before its time.
use super::running;
use crate::domain::policies::Suspensions;
use crate::domain::{Clock, Order};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::SuspensionId;
use contracts::rule_sentences;
use contracts::words::ClockName;
use thiserror::Error;

/// A suspension that somebody wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Why, as the city's policy names it.
    pub reason_code: String,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// A request for a suspension that waits for its review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The request.
    pub suspension_id: SuspensionId,
    /// When it was made.
    pub since: DateTime<Utc>,
}

/// Why an order is not suspended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum NotSuspended {
    /// The unit is not responsible for the order (any more).
    #[error("the unit is not responsible for the order")]
    NotResponsible,
    /// No unit is responsible, or it has finished.
    #[error("no clock of a unit runs")]
    NotRunning,
    /// Another request waits.
    #[error("another request to suspend this assignment waits since {}", .0.since)]
    AlreadyPending(Waiting),
    /// It stands still already.
    #[error("the order is suspended already")]
    Already,
    /// The city's policy has no such reason.
    #[error("the city's policy has no such reason")]
    Reason,
    /// The end is not behind the beginning.
    #[error("a suspension ends in the future")]
    Backwards,
    /// Longer than this reason allows, or than the city allows in all.
    #[error("longer than the city allows")]
    TooLong,
    /// As often as the city allows.
    #[error("suspended as often as the city allows")]
    TooOften,
}

impl NotSuspended {
    /// The stable code, that of `suspension.denied`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotResponsible => "not_responsible",
            Self::NotRunning => "not_running",
            Self::AlreadyPending(_) => "already_pending",
            Self::Already => "already_suspended",
            Self::Reason => "unknown_reason",
            Self::Backwards => "too_late",
            Self::TooLong => "too_long",
            Self::TooOften => "too_often",
        }
    }

    /// What units and callers are told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        let sentence = rule_sentences::of_code(&rule_sentences::SUSPENSION_DENIED, self.code());
        sentence.map_or(self.code(), |sentence| sentence.zh)
    }
}

/// Whether the city's rules allow it; who asks, and who decides, is not asked here.
///
/// # Errors
/// The rule that forbids it.
pub fn may_suspend(
    order: &Order,
    clocks: &[Clock],
    rules: &Suspensions,
    wanted: &Wanted,
) -> Result<(), NotSuspended> {
    if order.closed.is_some() || order.lead().is_none() || running(order, clocks, ClockName::Finish).is_none()
    {
        return Err(NotSuspended::NotRunning);
    }
    let reason = rules
        .reasons
        .iter()
        .find(|reason| reason.code == wanted.reason_code);
    let reason = reason.ok_or(NotSuspended::Reason)?;
    if wanted.until <= wanted.from {
        return Err(NotSuspended::Backwards);
    }
    let earlier: Vec<_> = order.grants.pauses_of(order.generation(), None);
    if earlier.iter().any(|pause| pause.to > wanted.from) {
        return Err(NotSuspended::Already);
    }
    if earlier.len() >= rules.times_max as usize {
        return Err(NotSuspended::TooOften);
    }
    let length = wanted.until - wanted.from;
    let used = earlier
        .iter()
        .fold(TimeDelta::zero(), |sum, pause| sum + (pause.to - pause.from));
    let days = |days: u32| TimeDelta::days(i64::from(days));
    if length > days(reason.days_max) || used + length > days(rules.days_max) {
        return Err(NotSuspended::TooLong);
    }
    Ok(())
}

/// Why a suspension ends before its time without a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CutShort {
    /// The order has ended.
    Closed,
    /// The unit says it is done.
    Replied,
    /// The unit is not responsible any more.
    NotResponsible,
}

impl CutShort {
    /// What units, callers and lists are told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        let code = match self {
            Self::Closed => "closed",
            Self::Replied => "replied",
            Self::NotResponsible => "not_responsible",
        };
        let sentence = rule_sentences::of_code(&rule_sentences::REST_CUT_SHORT, code);
        sentence.map_or(code, |sentence| sentence.zh)
    }
}

/// Ends the suspension of an order when nothing of its unit is left that could stand still: the order closed, the unit
/// replied, or another is responsible. Answers when and why.
pub fn cut_short(
    order: &mut Order,
    clocks: &[Clock],
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, CutShort)> {
    let open = order.grants.pauses.iter().position(|pause| pause.open)?;
    let pause = &order.grants.pauses[open];
    let lead = order.lead().map(|lead| lead.generation);
    let (at, why) = if let Some((_, at)) = order.closed {
        (at, CutShort::Closed)
    } else if lead != Some(pause.generation) {
        (now, CutShort::NotResponsible)
    } else if let Some(reply) = order
        .reply_of(order.round())
        .filter(|_| running(order, clocks, ClockName::Finish).is_none())
    {
        (reply.at, CutShort::Replied)
    } else {
        return None;
    };
    let pause = &mut order.grants.pauses[open];
    let at = at.min(pause.time.to).max(pause.time.from);
    pause.time.to = at;
    pause.open = false;
    order
        .grants
        .pauses
        .retain(|pause| pause.time.to > pause.time.from);
    Some((at, why))
}
