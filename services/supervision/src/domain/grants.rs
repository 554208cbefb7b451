//! What was granted to the unit of an assignment: more time 延期, and time that does not count 挂起 (`suspension`). The rules
//! of the city that allow it, and the codes of those that forbid it.
mod suspension;

use crate::domain::policies::Extensions;
use crate::domain::{Calendars, Clock, Order};
use chrono::{DateTime, Utc};
use contracts::rule_sentences;
use contracts::terms::LimitUnit;
use contracts::words::ClockName;
use thiserror::Error;
use worktime::{Extension, Suspension};

pub use suspension::{CutShort, NotSuspended, Waiting, Wanted, cut_short, may_suspend};

/// Everything granted on one order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grants {
    /// 延期
    pub extensions: Vec<Granted>,
    /// 挂起
    pub pauses: Vec<Pause>,
}

/// One extension.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Granted {
    /// Of which assignment.
    pub generation: i32,
    /// Of which round.
    pub rework: i32,
    /// Which clock.
    pub clock: ClockName,
    /// How much, and when it was granted.
    pub extension: Extension,
}

/// One suspension.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pause {
    /// Of which assignment.
    pub generation: i32,
    /// From when to when nothing counts.
    pub time: Suspension,
    /// Nobody has said yet that it ended.
    pub open: bool,
}

impl Grants {
    /// The extensions of one clock, in the order of granting.
    #[must_use]
    pub fn extensions_of(&self, clock: ClockName, generation: i32, rework: i32) -> Vec<Extension> {
        let of = |granted: &&Granted| {
            (granted.clock, granted.generation, granted.rework) == (clock, generation, rework)
        };
        self.extensions
            .iter()
            .filter(of)
            .map(|granted| granted.extension)
            .collect()
    }

    /// The suspensions of one assignment that began before `end`.
    #[must_use]
    pub fn pauses_of(&self, generation: i32, end: Option<DateTime<Utc>>) -> Vec<Suspension> {
        let of =
            |pause: &&Pause| pause.generation == generation && end.is_none_or(|end| pause.time.from < end);
        let mut times: Vec<_> = self.pauses.iter().filter(of).map(|pause| pause.time).collect();
        times.sort_unstable();
        times
    }
}

/// Why nothing is granted. The codes are those of `extension.denied`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Denied {
    /// The unit is not responsible for the order (any more).
    #[error("the unit is not responsible for the order")]
    NotResponsible,
    /// There is no such clock, it may not be extended, or what it waits for has happened.
    #[error("this clock does not run, or may not be extended")]
    NotRunning,
    /// The limit is counted in another unit.
    #[error("the limit is counted in another unit")]
    WrongUnit,
    /// As often as the city allows.
    #[error("this assignment was granted as much as the city allows")]
    TooOften,
    /// More than the city allows at once.
    #[error("more than the city allows")]
    TooMuch,
    /// Asked for too late.
    #[error("asked for too late")]
    TooLate,
    /// Another request waits.
    #[error("another request of this assignment waits")]
    AlreadyPending,
}

impl Denied {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotResponsible => "not_responsible",
            Self::NotRunning => "not_running",
            Self::WrongUnit => "wrong_unit",
            Self::TooOften => "too_often",
            Self::TooMuch => "too_much",
            Self::TooLate => "too_late",
            Self::AlreadyPending => "already_pending",
        }
    }

    /// What units and callers are told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        let sentence = rule_sentences::of_code(&rule_sentences::EXTENSION_DENIED, self.code());
        sentence.map_or(self.code(), |sentence| sentence.zh)
    }
}

/// A request for more time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// Of which assignment.
    pub generation: i32,
    /// Which clock.
    pub clock: ClockName,
    /// How much.
    pub amount: u32,
    /// Of what.
    pub unit: LimitUnit,
    /// When it was asked.
    pub at: DateTime<Utc>,
}

/// Whether the city's rules allow it, those of the ladder and those of the directory; a person still decides.
///
/// # Errors
/// The rule that forbids it.
pub fn may_extend(
    order: &Order,
    clocks: &[Clock],
    calendars: &Calendars,
    rules: &Extensions,
    ask: &Ask,
) -> Result<(), Denied> {
    if order.lead().is_none_or(|lead| lead.generation != ask.generation) || order.closed.is_some() {
        return Err(Denied::NotResponsible);
    }
    let running = running(order, clocks, ask.clock).ok_or(Denied::NotRunning)?;
    if !rules.clocks.contains(&ask.clock) {
        return Err(Denied::NotRunning);
    }
    let limit = running.basis.limit;
    if limit.unit != ask.unit {
        return Err(Denied::WrongUnit);
    }
    let granted = granted_so_far(order, ask);
    if granted.len() >= rules.times_max as usize {
        return Err(Denied::TooOften);
    }
    if u64::from(ask.amount) * 100 > u64::from(limit.amount) * u64::from(rules.percent_max) {
        return Err(Denied::TooMuch);
    }
    within_terms(order, &granted, ask, limit.unit)?;
    let calendar = calendars.as_of(running.basis.directory_version, &running.basis.calendar);
    let early = calendar.and_then(|(_, calendar)| {
        calendar
            .minus_working_days(running.due_at, rules.ask_before_working_days)
            .ok()
    });
    let last = match rules.ask_before_working_days {
        0 => running.due_at,
        _ => early.unwrap_or(running.due_at),
    };
    if ask.at > last {
        Err(Denied::TooLate)
    } else {
        Ok(())
    }
}

/// What this assignment was granted.
fn granted_so_far<'a>(order: &'a Order, ask: &Ask) -> Vec<&'a Granted> {
    let granted = order.grants.extensions.iter();
    granted
        .filter(|granted| granted.generation == ask.generation)
        .collect()
}

/// The limits of the directory that the assignment came with (延期次数上限, 每次延期上限, 延期总上限); they are those of the reply.
/// Amounts count where the running limit has their unit: that of a rework round may have another, then the ladder alone
/// says how much.
fn within_terms(order: &Order, granted: &[&Granted], ask: &Ask, unit: LimitUnit) -> Result<(), Denied> {
    let terms = order.lead().and_then(|lead| lead.terms.extension);
    let Some(terms) = terms.filter(|_| ask.clock == ClockName::Finish) else {
        return Ok(());
    };
    let of_reply = granted
        .iter()
        .filter(|granted| granted.clock == ClockName::Finish);
    let amounts: Vec<u32> = of_reply.map(|granted| granted.extension.amount).collect();
    if amounts.len() >= terms.times_max as usize {
        return Err(Denied::TooOften);
    }
    if terms.unit != unit {
        return Ok(());
    }
    let together = amounts
        .iter()
        .fold(ask.amount, |sum, amount| sum.saturating_add(*amount));
    if ask.amount > terms.each_max || together > terms.sum_max {
        return Err(Denied::TooMuch);
    }
    Ok(())
}

/// The open clock of the newest round.
#[must_use]
pub fn running<'a>(order: &Order, clocks: &'a [Clock], name: ClockName) -> Option<&'a Clock> {
    let round = if name == ClockName::Finish {
        order.round()
    } else {
        0
    };
    let of =
        |clock: &&Clock| (clock.name, clock.generation, clock.rework) == (name, order.generation(), round);
    clocks.iter().find(of).filter(|clock| clock.is_open())
}

#[cfg(test)]
mod tests;
