//! When a limit is over. Called by supervision for every clock it arms and by routing for the return window.
//!
//! - hours: so many clock hours later; the calendar is ignored (`domain.md` §4);
//! - calendar days: the same local time of day, so many days later (platform default);
//! - working days: the end of the last working span of the n-th working day (`domain.md` §4) after the day of
//!   the start. That counting begins the day after, and lasts to the end of the day, is platform default;
//! - working hours: the moment at which so many seconds of working spans have passed (`domain.md` §4); it is
//!   the end of a span, not the start of the next one (platform default).
//!
//! *From the next working day* moves the start to the first working moment of the next working day, for every
//! unit; with working days, that day is then the first that counts (自次日起: the next day is day one).
//! An extension 延期 is the same limit with a larger amount, from the same start; it is counted in the limit's unit.
use crate::HORIZON_DAYS;
use crate::calendar::Calendar;
use crate::count::{self, Count};
use crate::error::WorktimeError;
use crate::steps::whole_second;
use crate::why::{Extension, NamedCalendar, Start, Suspension, Why};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use contracts::terms::{Limit, LimitUnit, StartRule};
use serde::{Deserialize, Serialize};

/// A due time with its reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Due {
    /// When the limit is over.
    pub at: DateTime<Utc>,
    /// Why then.
    pub explanation: Why,
}

/// When `limit` is over, if its start rule names the moment `from`.
///
/// # Errors
/// When the amount is 0 or the due time lies beyond the horizon.
pub fn due(calendar: &Calendar, limit: &Limit, from: DateTime<Utc>) -> Result<Due, WorktimeError> {
    due_suspended(calendar, limit, from, &[])
}

/// The same, leaving out suspended time: seconds of it for hours, calendar days and working hours; for
/// working days, every day of which some working time is suspended (platform default).
///
/// # Errors
/// Those of [`due`], and when a suspension ends before it begins.
pub fn due_suspended(
    calendar: &Calendar,
    limit: &Limit,
    from: DateTime<Utc>,
    suspensions: &[Suspension],
) -> Result<Due, WorktimeError> {
    due_changed(calendar, limit, from, &[], suspensions)
}

/// The same with everything that was granted since: extensions 延期 lengthen the limit itself, so they count from its
/// start, in its unit, and the moment of granting plays no part; suspensions are left out as in [`due_suspended`].
///
/// # Errors
/// Those of [`due_suspended`], and when an extension is of nothing.
pub fn due_changed(
    calendar: &Calendar,
    limit: &Limit,
    from: DateTime<Utc>,
    extensions: &[Extension],
    suspensions: &[Suspension],
) -> Result<Due, WorktimeError> {
    if limit.amount == 0 || extensions.iter().any(|extension| extension.amount == 0) {
        return Err(WorktimeError::ZeroAmount);
    }
    let suspensions = in_order(suspensions)?;
    let runs_from = match limit.start {
        StartRule::NextWorkingDay => calendar.next_working_day_start(from)?,
        StartRule::Acceptance | StartRule::Dispatch | StartRule::Signing => from,
    };
    let amounts = extensions.iter().map(|extension| i64::from(extension.amount));
    let amount = i64::from(limit.amount) + amounts.sum::<i64>();
    let mut count = match limit.unit {
        LimitUnit::Hours => count::clock(runs_from, amount * 3_600, &suspensions)?,
        LimitUnit::CalendarDays => count::clock(runs_from, amount * 86_400, &suspensions)?,
        LimitUnit::WorkingDays => {
            let start_day_counts = limit.start == StartRule::NextWorkingDay;
            count::working_days(calendar, runs_from, amount, start_day_counts, &suspensions)?
        }
        LimitUnit::WorkingHours => count::working_secs(calendar, runs_from, amount * 3_600, &suspensions)?,
    };
    if count.at - runs_from > TimeDelta::days(HORIZON_DAYS) {
        return Err(WorktimeError::BeyondHorizon);
    }
    if limit.start == StartRule::NextWorkingDay {
        count
            .skipped
            .splice(0..0, count::days_until(calendar, from, runs_from));
    }
    let start = Start {
        rule: limit.start,
        at: from,
    };
    let mut explanation = explain(calendar, limit, start, runs_from, count, suspensions);
    explanation.extensions = extensions.to_vec();
    Ok(Due {
        at: explanation.due,
        explanation,
    })
}

fn explain(
    calendar: &Calendar,
    limit: &Limit,
    start: Start,
    runs_from: DateTime<Utc>,
    count: Count,
    suspensions: Vec<Suspension>,
) -> Why {
    Why {
        calendar: NamedCalendar {
            code: calendar.code().to_owned(),
            name: calendar.name().to_owned(),
            utc_offset_secs: calendar.utc_offset_secs(),
        },
        limit: *limit,
        start,
        runs_from,
        due: count.at,
        unlisted_years: unlisted_years(calendar, limit, start.at, runs_from, count.at),
        extensions: Vec::new(),
        counted: count.counted,
        skipped: count.skipped,
        suspensions: suspensions
            .into_iter()
            .filter(|pause| pause.to > runs_from && pause.from < count.at)
            .collect(),
    }
}

/// Years whose holidays would have mattered but are not listed.
fn unlisted_years(
    calendar: &Calendar,
    limit: &Limit,
    from: DateTime<Utc>,
    runs_from: DateTime<Utc>,
    due: DateTime<Utc>,
) -> Vec<i32> {
    let asked_until = match limit.unit {
        // A due time of midnight belongs to the day that ends with it.
        LimitUnit::WorkingDays | LimitUnit::WorkingHours => due - TimeDelta::seconds(1),
        LimitUnit::Hours | LimitUnit::CalendarDays if limit.start == StartRule::NextWorkingDay => runs_from,
        LimitUnit::Hours | LimitUnit::CalendarDays => return Vec::new(),
    };
    let years = calendar.local(from).year()..=calendar.local(asked_until).year();
    years.filter(|year| !calendar.lists(*year)).collect()
}

/// Sorted, overlapping and touching ones made one; in whole seconds.
fn in_order(suspensions: &[Suspension]) -> Result<Vec<Suspension>, WorktimeError> {
    if suspensions.iter().any(|pause| pause.to <= pause.from) {
        return Err(WorktimeError::EmptySuspension);
    }
    let whole = |pause: &Suspension| Suspension {
        from: whole_second(pause.from),
        to: whole_second(pause.to),
    };
    let mut sorted: Vec<_> = suspensions
        .iter()
        .map(whole)
        .filter(|pause| pause.from < pause.to)
        .collect();
    sorted.sort_unstable();
    sorted.dedup_by(|later, earlier| {
        let meets = later.from <= earlier.to;
        if meets {
            earlier.to = earlier.to.max(later.to);
        }
        meets
    });
    Ok(sorted)
}
