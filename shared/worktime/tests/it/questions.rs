//! The questions beside due times: how long between, which working day is next, which one was before.
use crate::samples::{around_the_clock, at, calendar, day, limit, office, span};
use contracts::terms::LimitUnit::{CalendarDays, Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::{NextWorkingDay, Signing};
use worktime::{DayKind, WorktimeError, due};

#[test]
fn working_seconds_between() {
    let table = [
        ("2025-10-09 09:00", "2025-10-09 17:00", 7 * 3_600),
        ("2025-10-09 11:59", "2025-10-09 13:01", 120),
        ("2025-10-09 12:00", "2025-10-09 13:00", 0),
        ("2025-09-30 17:00", "2025-10-09 09:30", 3_600),
        ("2025-10-01 00:00", "2025-10-08 24:00", 0),
        // 28, 29, 30 September and 9, 10, 11 October, seven hours each.
        ("2025-09-27 00:00", "2025-10-12 24:00", 6 * 7 * 3_600),
    ];
    for (a, b, secs) in table {
        assert_eq!(office().working_secs_between(at(a), at(b)), secs, "{a} to {b}");
        assert_eq!(office().working_secs_between(at(b), at(a)), -secs, "{b} to {a}");
    }
    let whole_week = around_the_clock().working_secs_between(at("2025-10-01 00:00"), at("2025-10-08 00:00"));
    assert_eq!(whole_week, 7 * 86_400);
}

#[test]
fn the_end_of_a_span_is_no_working_time() {
    let table = [
        ("2025-10-09 08:59", false),
        ("2025-10-09 09:00", true),
        ("2025-10-09 12:00", false),
        ("2025-10-09 16:59", true),
        ("2025-10-09 17:00", false),
        ("2025-10-08 10:00", false),
        ("2025-10-11 10:00", true),
    ];
    for (moment, expected) in table {
        assert_eq!(office().is_working_time(at(moment)), expected, "{moment}");
    }
}

#[test]
fn the_next_working_day_begins() {
    let table = [
        ("2025-09-26 10:00", "2025-09-28 09:00"),
        ("2025-09-30 08:00", "2025-10-09 09:00"),
        ("2025-10-05 10:00", "2025-10-09 09:00"),
        ("2025-10-09 08:00", "2025-10-10 09:00"),
        ("2025-10-11 23:59", "2025-10-13 09:00"),
    ];
    for (from, expected) in table {
        assert_eq!(
            office().next_working_day_start(at(from)),
            Ok(at(expected)),
            "{from}"
        );
    }
    assert_eq!(
        around_the_clock().next_working_day_start(at("2025-09-30 10:00")),
        Ok(at("2025-10-09 00:00"))
    );
}

#[test]
fn the_next_working_time_is_now_or_the_next_span() {
    let table = [
        ("2025-10-09 09:00", "2025-10-09 09:00"),
        ("2025-10-09 12:00", "2025-10-09 13:00"),
        ("2025-10-09 16:59", "2025-10-09 16:59"),
        ("2025-09-30 17:30", "2025-10-09 09:00"),
        ("2025-10-10 17:00", "2025-10-11 09:00"),
    ];
    for (from, expected) in table {
        assert_eq!(office().next_working_time(at(from)), Ok(at(expected)), "{from}");
    }
}

#[test]
fn yellow_is_one_working_day_before() {
    let table = [
        (1, "2025-10-23 17:00", "2025-10-22 17:00"),
        (1, "2025-10-13 17:00", "2025-10-11 17:00"),
        (2, "2025-10-13 17:00", "2025-10-10 17:00"),
        (1, "2025-10-09 17:00", "2025-09-30 17:00"),
        (1, "2025-10-05 03:00", "2025-09-30 03:00"),
        (3, "2025-10-09 17:00", "2025-09-28 17:00"),
        (4, "2025-10-09 17:00", "2025-09-26 17:00"),
        (0, "2025-10-05 03:00", "2025-10-05 03:00"),
    ];
    for (days, from, expected) in table {
        assert_eq!(
            office().minus_working_days(at(from), days),
            Ok(at(expected)),
            "{days} before {from}"
        );
    }
}

#[test]
fn kinds_of_days() {
    let table = [
        ("2025-09-27", DayKind::Weekend),
        ("2025-09-28", DayKind::MakeUp("国庆节".to_owned())),
        ("2025-09-29", DayKind::Workday),
        ("2025-10-04", DayKind::Holiday("国庆节".to_owned())),
    ];
    for (date, kind) in table {
        assert_eq!(office().kind(day(date)), kind, "{date}");
    }
}

#[test]
fn what_has_no_end_within_ten_years_is_an_error() {
    let weekend_only = calendar(vec![span("67", "10:00", "12:00")]);
    let from = at("2026-03-02 10:00");
    let beyond = Err(WorktimeError::BeyondHorizon);
    // It has make-up workdays once, in 2025; later no working day ever comes.
    assert_eq!(due(&weekend_only, &limit(1, WorkingDays, Signing), from), beyond);
    assert_eq!(due(&weekend_only, &limit(1, Hours, NextWorkingDay), from), beyond);
    assert_eq!(
        weekend_only.next_working_day_start(from),
        Err(WorktimeError::BeyondHorizon)
    );
    assert_eq!(
        weekend_only.minus_working_days(from, 50),
        Err(WorktimeError::BeyondHorizon)
    );
    for unit in [Hours, CalendarDays, WorkingDays, WorkingHours] {
        assert_eq!(
            due(&office(), &limit(u32::MAX, unit, Signing), from),
            beyond,
            "{unit:?}"
        );
        assert_eq!(
            due(&office(), &limit(0, unit, Signing), from),
            Err(WorktimeError::ZeroAmount),
            "{unit:?}"
        );
    }
}
