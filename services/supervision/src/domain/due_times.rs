//! Yellow and red of a limit.
use crate::domain::{Basis, Policy};
use chrono::{DateTime, Utc};
use contracts::terms::LimitUnit;
use worktime::{Calendar, Suspension, WorktimeError};

/// (warning, due time) that follow from a basis.
///
/// Yellow is so many working days before red. A limit shorter than twice that would be yellow at once, so its
/// warning comes at a share of its time, counted in working time where the limit counts hours or days of work:
/// nobody is warned in the night or on a Sunday. Nor is anybody while the order stands still 挂起: suspended time is
/// no part of that share, and a day before that falls into it becomes the moment at which the order goes on.
/// A deadline from above that comes before red is red, and yellow comes before it by the same rules.
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
    let not_after = |at: DateTime<Utc>| basis.not_after.map_or(at, |from_above| from_above.min(at));
    let due_at = not_after(due.at);
    let (warn_working_days, percent) = (policy.warn_working_days, policy.warn_short_percent);
    let start = due.explanation.runs_from;
    let by_work = matches!(limit.unit, LimitUnit::WorkingHours | LimitUnit::WorkingDays);
    // How long a limit is does not change because the order stood still.
    let whole = if basis.pauses.is_empty() {
        due.at
    } else {
        worktime::due_changed(calendar, limit, basis.started_at, &basis.extensions, &[])?.at
    };
    let whole = not_after(whole);
    let long = calendar
        .minus_working_days(whole, 2 * warn_working_days)
        .is_ok_and(|early| early >= start);
    let warn_at = if long {
        let early = calendar.minus_working_days(due_at, warn_working_days)?;
        match basis
            .pauses
            .iter()
            .find(|pause| pause.from <= early && early < pause.to)
        {
            // While the order stands still nobody is warned: as soon as it goes on.
            Some(pause) if by_work => calendar.next_working_time(pause.to)?,
            Some(pause) => pause.to,
            None => early,
        }
    } else {
        let stretches = counted(start, due_at, &basis.pauses);
        let stretches = if by_work {
            at_work(calendar, &stretches)
        } else {
            stretches
        };
        share(&stretches, percent).unwrap_or(due_at)
    };
    Ok((warn_at.clamp(start.min(due_at), due_at), due_at))
}

type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// The time between two moments without what stands still.
fn counted(from: DateTime<Utc>, to: DateTime<Utc>, pauses: &[Suspension]) -> Vec<Stretch> {
    let (mut stretches, mut at) = (Vec::new(), from);
    for pause in pauses {
        stretches.push((at, pause.from.min(to)));
        at = at.max(pause.to);
    }
    stretches.push((at, to));
    stretches.retain(|(from, to)| from < to);
    stretches
}

/// The working time in some stretches.
fn at_work(calendar: &Calendar, stretches: &[Stretch]) -> Vec<Stretch> {
    let mut worked = Vec::new();
    for (from, to) in stretches {
        let (first, last) = (calendar.local(*from).date(), calendar.local(*to).date());
        let days = first.iter_days().take_while(|date| *date <= last);
        let spans = days.flat_map(|date| calendar.spans(date));
        worked.extend(spans.map(|(start, end)| (start.max(*from), end.min(*to))));
    }
    worked.retain(|(from, to)| from < to);
    worked
}

/// The moment at which a share of some stretches has passed; `None` when there is no time in them.
fn share(stretches: &[Stretch], percent: u32) -> Option<DateTime<Utc>> {
    let secs = |(from, to): &Stretch| (*to - *from).num_seconds();
    let mut left = stretches.iter().map(secs).sum::<i64>() * i64::from(percent) / 100;
    for stretch in stretches {
        if secs(stretch) >= left {
            return Some(stretch.0 + chrono::TimeDelta::seconds(left));
        }
        left -= secs(stretch);
    }
    None
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
                not_after: None,
            };
            let found = due_times(office, &basis, &policy()).unwrap();
            assert_eq!(found.1, at(due), "{amount} {unit:?} from {from}: due");
            assert_eq!(found.0, at(warn), "{amount} {unit:?} from {from}: warn");
            assert!(at(from) <= found.0 && found.0 <= found.1);
        }
    }

    #[test]
    fn nobody_is_warned_while_the_order_stands_still() {
        let calendars = calendars();
        let (_, office) = calendars.newest("office").unwrap();
        let at = |text: &str| format!("{text}:00+08:00").parse::<DateTime<Utc>>().unwrap();
        for (amount, unit, pause, warn, due) in [
            // Five working days from Monday 2 March, Friday noon to Wednesday not counted: red on Thursday would be
            // yellow on Wednesday at 17:00, when the order goes on again.
            (
                5,
                LimitUnit::WorkingDays,
                ("2026-03-06T12:00", "2026-03-11T00:00"),
                "2026-03-11T17:00",
                "2026-03-12T17:00",
            ),
            // Still suspended a day before red: yellow as soon as it goes on, in the morning.
            (
                5,
                LimitUnit::WorkingDays,
                ("2026-03-09T10:00", "2026-03-11T06:00"),
                "2026-03-11T08:30",
                "2026-03-11T17:00",
            ),
            // Days of the clock go on in the night.
            (
                10,
                LimitUnit::CalendarDays,
                ("2026-03-11T09:00", "2026-03-13T06:00"),
                "2026-03-13T06:00",
                "2026-03-14T06:00",
            ),
            // Three quarters of the hours that count: 9 before the pause, 9 behind it.
            (
                24,
                LimitUnit::Hours,
                ("2026-03-02T18:00", "2026-03-04T09:00"),
                "2026-03-04T18:00",
                "2026-03-05T00:00",
            ),
        ] {
            let (from, to) = (at(pause.0), at(pause.1));
            let basis = Basis {
                limit: limit(amount, unit),
                start: StartBasis::Dispatch,
                started_at: at("2026-03-02T09:00"),
                calendar: "office".to_owned(),
                directory_version: 1,
                extensions: Vec::new(),
                pauses: vec![Suspension { from, to }],
                not_after: None,
            };
            let found = due_times(office, &basis, &policy()).unwrap();
            assert_eq!(found.1, at(due), "{amount} {unit:?}, still {pause:?}: due");
            assert_eq!(found.0, at(warn), "{amount} {unit:?}, still {pause:?}: warn");
        }
    }
    #[test]
    fn a_deadline_from_above_is_red_when_it_comes_first() {
        let calendars = calendars();
        let (_, office) = calendars.newest("office").unwrap();
        let at = |text: &str| format!("{text}:00+08:00").parse::<DateTime<Utc>>().unwrap();
        for (from_above, warn, due) in [
            // Our own fifteen working days end before.
            ("2026-04-01T09:00", "2026-03-20T17:00", "2026-03-23T17:00"),
            ("2026-03-18T12:00", "2026-03-17T12:00", "2026-03-18T12:00"),
            // Shorter than two working days: three quarters of the work between.
            ("2026-03-03T09:00", "2026-03-02T15:45", "2026-03-03T09:00"),
            // Over before it came: yellow is red.
            ("2026-03-01T09:00", "2026-03-01T09:00", "2026-03-01T09:00"),
        ] {
            let basis = Basis {
                limit: limit(15, LimitUnit::WorkingDays),
                start: StartBasis::Acceptance,
                started_at: at("2026-03-02T09:00"),
                calendar: "office".to_owned(),
                directory_version: 1,
                extensions: Vec::new(),
                pauses: Vec::new(),
                not_after: Some(at(from_above)),
            };
            let found = due_times(office, &basis, &policy()).unwrap();
            assert_eq!(found, (at(warn), at(due)), "from above until {from_above}");
        }
    }
}
