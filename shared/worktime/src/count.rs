//! The three ways of counting behind `due`: the clock, whole working days, seconds of working time.
//! Suspensions come sorted and apart from each other.
use crate::HORIZON_DAYS;
use crate::calendar::{Calendar, DayKind};
use crate::error::WorktimeError;
use crate::steps::whole_second;
use crate::why::{CountedDay, SkipReason, SkippedDay, Suspension};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Where a count ended, and the days on the way.
pub(crate) struct Count {
    pub at: DateTime<Utc>,
    pub counted: Vec<CountedDay>,
    pub skipped: Vec<SkippedDay>,
}

/// Seconds of the clock.
pub(crate) fn clock(
    from: DateTime<Utc>,
    secs: i64,
    suspensions: &[Suspension],
) -> Result<Count, WorktimeError> {
    let (mut at, mut left) = (from, TimeDelta::seconds(secs));
    for pause in suspensions.iter().filter(|pause| pause.to > from) {
        let run = (pause.from - at).max(TimeDelta::zero());
        if run >= left {
            break;
        }
        left -= run;
        at = pause.to;
    }
    let at = at.checked_add_signed(left).ok_or(WorktimeError::BeyondHorizon)?;
    Ok(Count {
        at,
        counted: Vec::new(),
        skipped: Vec::new(),
    })
}

/// Whole working days, to the end of the last one.
pub(crate) fn working_days(
    calendar: &Calendar,
    from: DateTime<Utc>,
    days: i64,
    start_day_counts: bool,
    suspensions: &[Suspension],
) -> Result<Count, WorktimeError> {
    let first = calendar.local(from).date();
    let (mut counted, mut skipped) = (Vec::new(), Vec::new());
    for date in horizon(first) {
        let spans = calendar.spans(date);
        let suspended = spans
            .iter()
            .any(|span| suspensions.iter().any(|pause| meets(*span, pause)));
        let reason = if !calendar.is_working_day(date) {
            Some(day_off(calendar, date))
        } else if date == first && !start_day_counts {
            Some(SkipReason::StartDay)
        } else {
            suspended.then_some(SkipReason::Suspended)
        };
        if let Some(reason) = reason {
            skipped.push(SkippedDay { date, reason });
            continue;
        }
        counted.push(CountedDay {
            date,
            kind: calendar.kind(date),
            secs: None,
        });
        if let Some((_, end)) = spans.last().filter(|_| counted.len() as i64 == days) {
            return Ok(Count {
                at: *end,
                counted,
                skipped,
            });
        }
    }
    Err(WorktimeError::BeyondHorizon)
}

/// Seconds inside working spans.
pub(crate) fn working_secs(
    calendar: &Calendar,
    from: DateTime<Utc>,
    secs: i64,
    suspensions: &[Suspension],
) -> Result<Count, WorktimeError> {
    let from = whole_second(from);
    let first = calendar.local(from).date();
    let (mut counted, mut skipped, mut left) = (Vec::new(), Vec::new(), secs);
    for date in horizon(first) {
        let spans = calendar.spans(date);
        let mut used = 0;
        let pieces = spans
            .iter()
            .filter(|(_, end)| *end > from)
            .map(|(start, end)| (from.max(*start), *end));
        let pieces: Vec<_> = pieces.collect();
        for (start, end) in pieces.iter().flat_map(|piece| without(*piece, suspensions)) {
            let here = (end - start).num_seconds().min(left - used);
            used += here;
            if used == left {
                counted.push(CountedDay {
                    date,
                    kind: calendar.kind(date),
                    secs: Some(used),
                });
                return Ok(Count {
                    at: start + TimeDelta::seconds(here),
                    counted,
                    skipped,
                });
            }
        }
        left -= used;
        if used > 0 {
            counted.push(CountedDay {
                date,
                kind: calendar.kind(date),
                secs: Some(used),
            });
        } else if spans.is_empty() {
            skipped.push(SkippedDay {
                date,
                reason: day_off(calendar, date),
            });
        } else {
            let reason = if pieces.is_empty() {
                SkipReason::AfterHours
            } else {
                SkipReason::Suspended
            };
            skipped.push(SkippedDay { date, reason });
        }
    }
    Err(WorktimeError::BeyondHorizon)
}

/// The days before a limit that runs from the next working day.
pub(crate) fn days_until(
    calendar: &Calendar,
    from: DateTime<Utc>,
    runs_from: DateTime<Utc>,
) -> Vec<SkippedDay> {
    let (first, last) = (calendar.local(from).date(), calendar.local(runs_from).date());
    let reason = |date| match calendar.is_working_day(date) {
        true => SkipReason::StartDay,
        false => day_off(calendar, date),
    };
    first
        .iter_days()
        .take_while(|date| *date < last)
        .map(|date| SkippedDay {
            date,
            reason: reason(date),
        })
        .collect()
}

fn horizon(first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take(HORIZON_DAYS as usize + 1)
}

fn day_off(calendar: &Calendar, date: NaiveDate) -> SkipReason {
    match calendar.kind(date) {
        DayKind::Holiday(name) => SkipReason::Holiday(name),
        DayKind::Weekend => SkipReason::Weekend,
        DayKind::Workday | DayKind::MakeUp(_) => SkipReason::Closed,
    }
}

type Piece = (DateTime<Utc>, DateTime<Utc>);

fn meets((from, to): Piece, pause: &Suspension) -> bool {
    pause.from < to && from < pause.to
}

/// What is left of a piece of time without the suspensions.
fn without((from, to): Piece, suspensions: &[Suspension]) -> Vec<Piece> {
    let mut left = Vec::new();
    let mut at = from;
    for pause in suspensions.iter().filter(|pause| meets((from, to), pause)) {
        if pause.from > at {
            left.push((at, pause.from));
        }
        at = pause.to;
    }
    if at < to {
        left.push((at, to));
    }
    left
}
