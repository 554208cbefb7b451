//! Triggers 触发: what the ladder sees of an order, and when it must look again. Pure.
//!
//! What has come true is named (`saw`), so that it takes effect once; a new lateness, return or silence has a new name.
//! Times are the clocks' own: by the unit's calendar, without suspended time.
use super::{Evidence, Means};
use crate::domain::policies::{Trigger, When};
use crate::domain::{Clock, Order, OrderState};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use contracts::terms::{Limit, LimitUnit, StartRule};
use contracts::words::Urgency;
use worktime::Suspension;

/// A trigger that has come true.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sight<'a> {
    /// Which.
    pub trigger: &'a Trigger,
    /// What it saw.
    pub saw: String,
    /// When that came true by the passing of time; `None` = by a fact.
    pub due_at: Option<DateTime<Utc>>,
    /// Orders it saw beside this one.
    pub orders: Vec<String>,
}

impl Sight<'_> {
    /// As evidence of a step.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let saw = Evidence {
            code: "saw".to_owned(),
            reference: self.saw.clone(),
        };
        let orders = self.orders.iter().map(|order| Evidence {
            code: "order".to_owned(),
            reference: order.clone(),
        });
        std::iter::once(saw).chain(orders).collect()
    }
}

/// What was seen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look<'a> {
    /// Triggers that have come true, whether they have had their effect or not; the highest level first.
    pub seen: Vec<Sight<'a>>,
    /// When the next one comes true by the passing of time.
    pub next: Option<DateTime<Utc>>,
}

/// Orders alike: of one caller, or at one place, about one matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// How many make the trigger.
    pub min: u32,
    /// Within so many days.
    pub days: u32,
    /// By caller, else by division.
    pub by_caller: bool,
}

/// The group a trigger counts; `None` = it counts something else.
#[must_use]
pub fn group_of(when: When) -> Option<Group> {
    let (min, days, by_caller) = match when {
        When::SameCaller(when) => (when.same_caller, when.days, true),
        When::SamePlace(when) => (when.same_place, when.days, false),
        _ => return None,
    };
    Some(Group { min, days, by_caller })
}

/// Looks at an order.
///
/// # Errors
/// When a calendar is not here yet.
pub fn look<'a>(order: &Order, clocks: &[Clock], means: &Means<'a>) -> Result<Look<'a>, String> {
    let mut look = Look::default();
    if order.closed.is_some() {
        return Ok(look);
    }
    let mut timed = Vec::new();
    for trigger in &means.ladder.triggers {
        if let Some(saw) = fact(order, trigger.when) {
            look.seen.push(Sight {
                trigger,
                saw,
                due_at: None,
                orders: Vec::new(),
            });
        }
        timed.extend(by_time(order, clocks, trigger));
    }
    timed.sort_by_key(Timed::earliest);
    for wait in timed {
        let earliest = wait.earliest();
        if earliest > means.now && look.next.is_some_and(|next| next <= earliest) {
            continue;
        }
        let at = wait.moment(means)?;
        if at > means.now {
            look.next = Some(look.next.map_or(at, |next| next.min(at)));
        } else {
            look.seen.push(Sight {
                trigger: wait.trigger,
                saw: wait.saw(),
                due_at: Some(at),
                orders: Vec::new(),
            });
        }
    }
    look.seen
        .sort_by_key(|sight| std::cmp::Reverse(sight.trigger.level));
    Ok(look)
}

/// What has come true by a fact.
fn fact(order: &Order, when: When) -> Option<String> {
    if let When::Disputed(when) = when {
        // The newest "nobody" is the dispute while it stands.
        let said = order.undecided.as_ref().map(|(_, reason)| reason.as_str());
        let fits = when.reason.is_none_or(|reason| said == Some(reason.as_str()));
        let disputed = order.state() == OrderState::Disputed && fits;
        return disputed.then(|| format!("disputed:{}", order.disputed));
    }
    let generation = order.lead()?.generation;
    let count = |found: usize, min: u32, what: &str| {
        (found >= usize::try_from(min).unwrap_or(usize::MAX)).then(|| format!("{what}:{found}"))
    };
    match when {
        When::Returns(when) => count(order.pushes.returned.len(), when.returns, "returns"),
        When::Contradicted(when) => {
            // What does not count any more is in the name, so that the next denial is a new sight.
            let standing = count(order.pushes.standing(), when.contradicted, "contradicted");
            standing.map(|_| format!("contradicted:{}", order.pushes.contradicted.len()))
        }
        When::Reworks(when) => {
            let round = order.round();
            (u32::try_from(round).unwrap_or(0) >= when.reworks)
                .then(|| format!("reworks:{generation}.{round}"))
        }
        When::Raised(when) => {
            let raised = order.pushes.raised.iter().rev();
            let newest = raised
                .into_iter()
                .find(|raised| raised.to == when.raised && raised.generation == generation)?;
            Some(format!(
                "raised:{}:{generation}.{}",
                newest.to.as_str(),
                newest.rework
            ))
        }
        When::Late(_)
        | When::Disputed(_)
        | When::Silent(_)
        | When::Emergency(_)
        | When::SameCaller(_)
        | When::SamePlace(_) => None,
    }
}

/// How long a trigger waits.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Limit(u32, LimitUnit),
    Minutes(u32),
}

/// A trigger that time will make true.
struct Timed<'a> {
    trigger: &'a Trigger,
    from: DateTime<Utc>,
    wait: Wait,
    /// Version and code of the calendar; unused by minutes and amounts of 0.
    calendar: (i64, String),
    pauses: Vec<Suspension>,
    /// Clock, generation, round, arming; or generation alone.
    about: (Option<(&'static str, i32, i32)>, i32),
}

impl Timed<'_> {
    /// A time it certainly does not come true before.
    fn earliest(&self) -> DateTime<Utc> {
        let hours = |hours: u32| self.from + TimeDelta::hours(i64::from(hours));
        match self.wait {
            Wait::Limit(amount, LimitUnit::WorkingDays) => hours(amount.saturating_sub(1) * 24),
            Wait::Limit(amount, LimitUnit::CalendarDays) => hours(amount * 24),
            Wait::Limit(amount, LimitUnit::Hours | LimitUnit::WorkingHours) => hours(amount),
            Wait::Minutes(minutes) => self.from + TimeDelta::minutes(i64::from(minutes)),
        }
    }

    fn moment(&self, means: &Means<'_>) -> Result<DateTime<Utc>, String> {
        let (version, code) = &self.calendar;
        let (amount, unit) = match self.wait {
            Wait::Limit(0, _) => return Ok(self.from),
            Wait::Limit(amount, unit) => (amount, unit),
            Wait::Minutes(minutes) => {
                let paused = self.pauses.iter().filter(|pause| pause.to > self.from);
                let still = paused.map(|pause| pause.to - pause.from.max(self.from));
                return Ok(self.from
                    + TimeDelta::minutes(i64::from(minutes))
                    + still.fold(TimeDelta::zero(), |sum, pause| sum + pause));
            }
        };
        let (_, calendar) = means
            .calendars
            .in_force(*version, code)
            .ok_or_else(|| format!("calendar {code} has not been published"))?;
        let limit = Limit {
            amount,
            unit,
            start: StartRule::Dispatch,
        };
        let due = worktime::due_suspended(calendar, &limit, self.from, &self.pauses);
        Ok(due.map_err(|error| format!("calendar {code}: {error}"))?.at)
    }

    fn saw(&self) -> String {
        match (self.about, self.trigger.when) {
            ((Some((clock, generation, round)), arming), _) => {
                format!("late:{clock}:{generation}.{round}#{arming}")
            }
            ((None, generation), When::Emergency(_)) => format!("unsigned:{generation}"),
            ((None, generation), _) => {
                let since = self.from.to_rfc3339_opts(SecondsFormat::Millis, true);
                format!("silent:{generation}@{since}")
            }
        }
    }
}

fn by_time<'a>(order: &Order, clocks: &[Clock], trigger: &'a Trigger) -> Option<Timed<'a>> {
    match trigger.when {
        When::Late(when) => {
            let mut open = clocks
                .iter()
                .filter(|clock| clock.name == when.late && clock.is_open());
            let clock = open.next()?;
            Some(Timed {
                trigger,
                from: clock.due_at,
                wait: Wait::Limit(when.amount, when.unit),
                calendar: (clock.basis.directory_version, clock.basis.calendar.clone()),
                pauses: clock.basis.pauses.clone(),
                about: (
                    Some((clock.name.as_str(), clock.generation, clock.rework)),
                    clock.timer_generation,
                ),
            })
        }
        When::Silent(when) => {
            let lead = order.lead()?;
            let with_unit = matches!(
                order.state(),
                OrderState::Assigned | OrderState::Signed | OrderState::Responded
            );
            Some(Timed {
                trigger,
                from: order.heard_since(lead),
                wait: Wait::Limit(when.silent, when.unit),
                calendar: (lead.directory_version, lead.terms.calendar.clone()),
                pauses: order.grants.pauses_of(lead.generation, None),
                about: (None, lead.generation),
            })
            .filter(|_| with_unit)
        }
        When::Emergency(when) => {
            let registration = order.registration.as_ref();
            let registration = registration.filter(|_| order.urgency() == Some(Urgency::Emergency))?;
            let (from, generation) = match order.lead() {
                Some(lead) if order.untouched() => (lead.assigned_at, lead.generation),
                Some(_) => return None,
                None if order.generation() == 0 || order.state() != OrderState::Registered => {
                    (registration.accepted_at, 0)
                }
                None => return None,
            };
            Some(Timed {
                trigger,
                from,
                wait: Wait::Minutes(when.emergency_unsigned),
                calendar: (0, String::new()),
                pauses: order.grants.pauses_of(generation, None),
                about: (None, generation),
            })
        }
        When::Returns(_)
        | When::Disputed(_)
        | When::Reworks(_)
        | When::Contradicted(_)
        | When::SameCaller(_)
        | When::SamePlace(_)
        | When::Raised(_) => None,
    }
}
