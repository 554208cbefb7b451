//! Who is called, when, how and how often, and what follows: the rules that a city sets (`domain.md` §4, §7; issue 5).
//!
//! Made from a document by `document`. One [`Policies`] holds all rules of a city; [`Policies::of`] gives the one
//! that an order falls under.
mod document;
mod hours;

use crate::domain::Registration;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use contracts::ids::OrderId;
use contracts::terms::Limit;
use contracts::words::{CallbackWay, Channel, Kind, RaisedTo, Urgency};
use std::collections::{BTreeMap, BTreeSet};
use worktime::Calendar;

pub use document::{DEFAULT_DOCUMENT, Fault};
pub use hours::{CallingHours, Open};

/// How long before a year begins its days are missed.
const YEAR_AHEAD: TimeDelta = TimeDelta::days(60);

/// Whose callers are called at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// Every caller who can be.
    All,
    /// A share of the orders, in percent, chosen by the order's id: the same after a replay.
    Share(u8),
    /// Nobody.
    Nobody,
}

/// Which level asks the caller; one person is asked once, also when several levels would.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskedBy {
    /// This hotline.
    City,
    /// The province's hotline.
    Province,
    /// The county's hotline.
    County,
}

/// What follows when nobody was reached in all attempts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreachable {
    /// The order ends as unreachable.
    Close,
    /// An agent judges the reply, as where there is nobody to call.
    Desk,
}

/// What follows a "no" after the last round of rework.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AfterRework {
    /// The unit keeps the order, and others take it on beside it.
    Raise(RaisedTo),
    /// The order ends as unsolved.
    Close,
}

/// One attempt: how, and how long until the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempting {
    /// How.
    pub way: CallbackWay,
    /// Wait until the next attempt; for a message, how long its answer is waited for.
    pub gap: TimeDelta,
}

/// The rules for one kind of orders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Whose callers are called.
    pub call: Call,
    /// Which level asks.
    pub asked_by: AskedBy,
    /// When they are called.
    pub calling: CallingHours,
    /// All attempts in their order; never empty.
    pub attempts: Vec<Attempting>,
    /// After the last of them.
    pub unreachable: Unreachable,
    /// Rework rounds a unit gets.
    pub rework_max: i32,
    /// After the last of them.
    pub after_rework: AfterRework,
    /// The unit's time in a round of rework, from the moment it is sent back.
    pub rework_limit: Limit,
    /// How long a unit may appeal against a bad answer.
    pub appeal_window: Limit,
    /// Whether followers are sent the result.
    pub tell_followers: bool,
}

/// Which orders a policy is for; an empty list fits all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fits {
    /// Any of these kinds.
    pub kinds: Vec<Kind>,
    /// Any of these channels.
    pub channels: Vec<Channel>,
    /// Any of these urgencies.
    pub urgencies: Vec<Urgency>,
    /// Entries of the catalogue and everything whose code begins so.
    pub matters: Vec<String>,
    /// All of these facts.
    pub facts: BTreeMap<String, String>,
}

/// A rule of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// For people.
    pub name: String,
    /// Which orders.
    pub fits: Fits,
    /// What holds for them.
    pub policy: Policy,
}

/// All rules of a city.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policies {
    /// When callers are written to.
    pub writing: Calendar,
    /// One call for all due orders of one person and matter.
    pub together: bool,
    /// Whether messages can be sent here at all.
    pub writes: bool,
    /// Years of which `[calling]` names days off or make-up workdays; none where the city names no days at all.
    pub years: BTreeSet<i32>,
    /// In order; the first that fits decides.
    pub rules: Vec<Rule>,
    /// For all others.
    pub default: Policy,
}

/// Why an order's caller is not called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotCalled {
    /// There is nobody to call: the caller left no number.
    NobodyToCall,
    /// The order is not in the share that is called.
    NotInShare,
    /// The city calls nobody of this kind.
    Policy,
    /// The province or the county asks this caller.
    AskedElsewhere,
}

impl NotCalled {
    /// The word in the table and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NobodyToCall => "nobody_to_call",
            Self::NotInShare => "not_in_share",
            Self::Policy => "policy",
            Self::AskedElsewhere => "asked_elsewhere",
        }
    }

    /// True when this hotline does not call, whatever the unit says: an admitted failure is judged at the desk then.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::NobodyToCall | Self::Policy | Self::AskedElsewhere => true,
            Self::NotInShare => false,
        }
    }

    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::NobodyToCall,
        Self::NotInShare,
        Self::Policy,
        Self::AskedElsewhere,
    ];
}

impl Fits {
    fn is_for(&self, registration: &Registration) -> bool {
        let any = |empty: bool, found: bool| empty || found;
        let matter = registration.matter.as_ref().map_or("", |matter| matter.as_str());
        any(self.kinds.is_empty(), self.kinds.contains(&registration.kind))
            && any(
                self.channels.is_empty(),
                self.channels.contains(&registration.channel),
            )
            && any(
                self.urgencies.is_empty(),
                self.urgencies.contains(&registration.urgency()),
            )
            && any(
                self.matters.is_empty(),
                self.matters.iter().any(|code| matter.starts_with(code)),
            )
            && self
                .facts
                .iter()
                .all(|(fact, value)| registration.facts.get(fact) == Some(value))
    }
}

impl Policies {
    /// What holds for an order.
    #[must_use]
    pub fn of(&self, registration: &Registration) -> &Policy {
        let fitting = self.rules.iter().find(|rule| rule.fits.is_for(registration));
        fitting.map_or(&self.default, |rule| &rule.policy)
    }

    /// The first moment not before `from` at which a caller may be written to.
    #[must_use]
    pub fn next_message(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        hours::next(&self.writing, from)
    }

    /// The days and hours of the city: what limits of the hotline itself are measured by.
    #[must_use]
    pub const fn city(&self) -> &Calendar {
        &self.default.calling.calendar
    }

    /// Years of which no day is named although they are near, where the city names days at all: their holidays would be
    /// taken for working days. The list of a year is published in November of the year before.
    #[must_use]
    pub fn years_missing(&self, now: DateTime<Utc>) -> Vec<i32> {
        let year = |at| self.city().local(at).year();
        let near = year(now)..=year(now + YEAR_AHEAD);
        near.filter(|year| !self.years.is_empty() && !self.years.contains(year))
            .collect()
    }

    /// Whose callers may be called at a moment.
    #[must_use]
    pub fn open(&self, at: DateTime<Utc>) -> Open {
        let hours = self.rules.iter().map(|rule| &rule.policy.calling);
        let ruled = hours.filter_map(|hours| Some((hours.rule.clone()?, hours.calendar.is_working_time(at))));
        let ruled: Vec<(String, bool)> = ruled.collect();
        Open {
            city: self.city().is_working_time(at),
            rules: ruled
                .iter()
                .filter(|(_, open)| *open)
                .map(|(rule, _)| rule.clone())
                .collect(),
            ruled: ruled.into_iter().map(|(rule, _)| rule).collect(),
        }
    }

    /// The same policies where no messages can be sent: those attempts are left out, where any other is left.
    #[must_use]
    pub fn without_messages(mut self) -> Self {
        self.writes = false;
        let policies = self.rules.iter_mut().map(|rule| &mut rule.policy);
        for policy in policies.chain([&mut self.default]) {
            if policy
                .attempts
                .iter()
                .any(|attempt| attempt.way != CallbackWay::Sms)
            {
                policy.attempts.retain(|attempt| attempt.way != CallbackWay::Sms);
            } else {
                policy
                    .attempts
                    .iter_mut()
                    .for_each(|attempt| attempt.way = CallbackWay::Phone);
            }
        }
        self
    }
}

impl Policy {
    /// Why the caller of an order is not called; `None` = is called.
    #[must_use]
    pub fn not_called(&self, order_id: OrderId, registration: &Registration) -> Option<NotCalled> {
        if registration.caller.is_none() {
            return Some(NotCalled::NobodyToCall);
        }
        if self.asked_by != AskedBy::City {
            return Some(NotCalled::AskedElsewhere);
        }
        match self.call {
            Call::All => None,
            Call::Nobody => Some(NotCalled::Policy),
            Call::Share(percent) => (percentile(order_id) >= percent).then_some(NotCalled::NotInShare),
        }
    }

    /// The attempt after so many; `None` = they are used up. Attempts at another number are for callers who gave one; where
    /// the city calls only that, the one number there is is called instead.
    #[must_use]
    pub fn attempt(&self, registration: &Registration, made: i32) -> Option<Attempting> {
        let made = usize::try_from(made).unwrap_or(0);
        if registration.other_number {
            return self.attempts.get(made).copied();
        }
        let calls_first = self
            .attempts
            .iter()
            .any(|attempt| attempt.way == CallbackWay::Phone);
        let left = self
            .attempts
            .iter()
            .filter(|attempt| !calls_first || attempt.way != CallbackWay::SecondPhone);
        let mut attempt = left.copied().nth(made)?;
        if attempt.way == CallbackWay::SecondPhone {
            attempt.way = CallbackWay::Phone;
        }
        Some(attempt)
    }
}

/// 0 to 99, the same for an order for ever: FNV-1a over the id, folded.
fn percentile(order_id: OrderId) -> u8 {
    let bytes = order_id.uuid().into_bytes();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((folded >> 32) % 100) as u8
}

/// The compiled-in default, for tests of other rules.
#[cfg(test)]
pub(crate) fn policies_for_tests() -> Policies {
    Policies::read("").unwrap()
}

#[cfg(test)]
mod tests;
