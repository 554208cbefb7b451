//! Yellow and red of a limit.
use crate::domain::{Basis, Policy};
use chrono::{DateTime, Utc};
use contracts::terms::LimitUnit;
use worktime::{Calendar, WorktimeError};

/// (warning, due time) that follow from a basis.
///
/// Yellow is so many working days before red. A limit shorter than twice that would be yellow at once, so its
/// warning comes at a share of its time, counted in working time where the limit counts hours or days of work:
/// nobody is warned in the night or on a Sunday.
///
/// # Errors
/// When the calendar has no working time within the horizon.
pub(super) fn due_times(
    calendar: &Calendar,
    basis: &Basis,
    policy: &Policy,
) -> Result<(DateTime<Utc>, DateTime<Utc>), WorktimeError> {
    let limit = &basis.limit;
    let due = worktime::due_changed(
        calendar,
        limit,
        basis.started_at,
        &basis.extensions,
        &basis.pauses,
    )?;
    let (warn_working_days, percent) = (policy.warn_working_days, policy.warn_short_percent);
    let start = due.explanation.runs_from;
    let long = calendar
        .minus_working_days(due.at, 2 * warn_working_days)
        .is_ok_and(|early| early >= start);
    let warn_at = if long {
        calendar.minus_working_days(due.at, warn_working_days)?
    } else if matches!(limit.unit, LimitUnit::WorkingHours | LimitUnit::WorkingDays) {
        share_worked(calendar, start, due.at, percent)
    } else {
        start + (due.at - start) / 100 * i32::try_from(percent).unwrap_or(100)
    };
    Ok((warn_at.clamp(start.min(due.at), due.at), due.at))
}

/// The moment at which a share of the working time between two moments has passed.
fn share_worked(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>, percent: u32) -> DateTime<Utc> {
    let mut left = calendar.working_secs_between(from, to) * i64::from(percent) / 100;
    let (first, last) = (calendar.local(from).date(), calendar.local(to).date());
    let spans = first
        .iter_days()
        .take_while(|date| *date <= last)
        .flat_map(|date| calendar.spans(date));
    for (start, end) in spans {
        let start = start.max(from);
        let here = (end.min(to) - start).num_seconds().max(0);
        if here >= left {
            return start + chrono::TimeDelta::seconds(left);
        }
        left -= here;
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StartBasis;
    use crate::domain::calendars_for_tests as calendars;
    use crate::domain::fixtures::policy;
    use contracts::terms::{Limit, StartRule};

    fn limit(amount: u32, unit: LimitUnit) -> Limit {
        Limit {
            amount,
            unit,
            start: StartRule::Dispatch,
        }
    }

    #[test]
    fn yellow_is_a_working_day_before_red_or_at_three_quarters() {
        let calendars = calendars();
        let (_, office) = calendars.newest("office").unwrap();
        for (amount, unit, from, warn, due) in [
            // Five working days: yellow the day before, over no weekend.
            (
                5,
                LimitUnit::WorkingDays,
                "2026-03-02T09:00",
                "2026-03-06T17:00",
                "2026-03-09T17:00",
            ),
            (
                5,
                LimitUnit::WorkingDays,
                "2026-03-03T09:00",
                "2026-03-09T17:00",
                "2026-03-10T17:00",
            ),
            // One working day is shorter than two: three quarters of the work between, 8 h on this Monday and
            // Tuesday from a start at 16:00, ...
            (
                1,
                LimitUnit::WorkingDays,
                "2026-03-02T16:00",
                "2026-03-03T15:00",
                "2026-03-03T17:00",
            ),
            // ... and the same over a weekend, never on it.
            (
                1,
                LimitUnit::WorkingDays,
                "2026-03-06T16:00",
                "2026-03-09T15:00",
                "2026-03-09T17:00",
            ),
            // A day of the clock.
            (
                24,
                LimitUnit::Hours,
                "2026-03-02T09:00",
                "2026-03-03T03:00",
                "2026-03-03T09:00",
            ),
            // Two working hours, over night: an hour and a half of work, never at night.
            (
                2,
                LimitUnit::WorkingHours,
                "2026-03-02T16:00",
                "2026-03-03T09:00",
                "2026-03-03T09:30",
            ),
            (
                30,
                LimitUnit::CalendarDays,
                "2026-03-02T09:00",
                "2026-03-31T09:00",
                "2026-04-01T09:00",
            ),
        ] {
            let at = |text: &str| format!("{text}:00+08:00").parse::<DateTime<Utc>>().unwrap();
            let basis = Basis {
                limit: limit(amount, unit),
                start: StartBasis::Dispatch,
                started_at: at(from),
                calendar: "office".to_owned(),
                directory_version: 1,
                extensions: Vec::new(),
                pauses: Vec::new(),
            };
            let found = due_times(office, &basis, &policy()).unwrap();
            assert_eq!(found.1, at(due), "{amount} {unit:?} from {from}: due");
            assert_eq!(found.0, at(warn), "{amount} {unit:?} from {from}: warn");
            assert!(at(from) <= found.0 && found.0 <= found.1);
        }
    }
}
