//! National Day 2025: off from Wednesday 1 to Wednesday 8 October; Sunday 28 September and Saturday
//! 11 October are worked. The season changes on 1 October: the day ends at 17:30 before, at 17:00 after.
use crate::samples::{around_the_clock, at, check, day, limit, office};
use contracts::terms::LimitUnit::{CalendarDays, Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::{Acceptance, Dispatch, NextWorkingDay, Signing};
use worktime::due;

#[test]
fn working_days_of_an_office() {
    check(
        &office(),
        &[
            (1, WorkingDays, Signing, "2025-09-25 10:00", "2025-09-26 17:30"),
            // Friday and Saturday both lead to the make-up Sunday.
            (1, WorkingDays, Signing, "2025-09-26 10:00", "2025-09-28 17:30"),
            (1, WorkingDays, Signing, "2025-09-27 23:59", "2025-09-28 17:30"),
            (1, WorkingDays, Signing, "2025-09-28 00:00", "2025-09-29 17:30"),
            (1, WorkingDays, Dispatch, "2025-09-30 17:29", "2025-10-09 17:00"),
            (1, WorkingDays, Dispatch, "2025-10-01 00:00", "2025-10-09 17:00"),
            (1, WorkingDays, Dispatch, "2025-10-08 24:00", "2025-10-10 17:00"),
            (2, WorkingDays, Dispatch, "2025-10-09 16:00", "2025-10-11 17:00"),
            (3, WorkingDays, Dispatch, "2025-10-09 16:00", "2025-10-13 17:00"),
            // Simple matter: 29, 30 September, 9, 10, 11 October.
            (5, WorkingDays, Signing, "2025-09-28 10:00", "2025-10-11 17:00"),
            (5, WorkingDays, Signing, "2025-10-03 10:00", "2025-10-14 17:00"),
            // Help: 28–30 September, 9–11, 13–17, 20–23 October.
            (
                15,
                WorkingDays,
                Acceptance,
                "2025-09-26 10:00",
                "2025-10-23 17:00",
            ),
        ],
    );
}

#[test]
fn from_the_next_working_day_that_day_is_the_first() {
    check(
        &office(),
        &[
            (
                15,
                WorkingDays,
                NextWorkingDay,
                "2025-09-26 10:00",
                "2025-10-23 17:00",
            ),
            (
                1,
                WorkingDays,
                NextWorkingDay,
                "2025-09-30 10:00",
                "2025-10-09 17:00",
            ),
            (
                2,
                WorkingHours,
                NextWorkingDay,
                "2025-09-30 10:00",
                "2025-10-09 11:00",
            ),
            (24, Hours, NextWorkingDay, "2025-09-30 10:00", "2025-10-10 09:00"),
            (
                7,
                CalendarDays,
                NextWorkingDay,
                "2025-09-27 10:00",
                "2025-10-05 09:00",
            ),
        ],
    );
}

#[test]
fn working_hours_of_an_office() {
    check(
        &office(),
        &[
            // Sign within two hours.
            (2, WorkingHours, Dispatch, "2025-09-30 09:10", "2025-09-30 11:10"),
            (2, WorkingHours, Dispatch, "2025-09-30 11:00", "2025-09-30 14:30"),
            (2, WorkingHours, Dispatch, "2025-09-30 16:30", "2025-10-09 10:00"),
            (2, WorkingHours, Dispatch, "2025-09-30 18:00", "2025-10-09 11:00"),
            (2, WorkingHours, Dispatch, "2025-10-04 03:00", "2025-10-09 11:00"),
            // Over lunch on the make-up Saturday, and from it over Sunday.
            (2, WorkingHours, Dispatch, "2025-10-11 11:30", "2025-10-11 14:30"),
            (2, WorkingHours, Dispatch, "2025-10-11 16:00", "2025-10-13 10:00"),
            // The end of a span, not the start of the next one.
            (3, WorkingHours, Dispatch, "2025-10-09 09:00", "2025-10-09 12:00"),
            (7, WorkingHours, Dispatch, "2025-10-09 09:00", "2025-10-09 17:00"),
            (14, WorkingHours, Dispatch, "2025-09-28 09:00", "2025-09-29 17:30"),
        ],
    );
}

#[test]
fn the_clock_and_calendar_days_do_not_stop() {
    check(
        &office(),
        &[
            // Emergency: 24 hours from signing.
            (24, Hours, Signing, "2025-09-30 17:00", "2025-10-01 17:00"),
            (24, Hours, Signing, "2025-10-03 02:30", "2025-10-04 02:30"),
            (1, Hours, Dispatch, "2025-09-30 23:30", "2025-10-01 00:30"),
            (
                7,
                CalendarDays,
                Acceptance,
                "2025-10-01 08:00",
                "2025-10-08 08:00",
            ),
            (
                60,
                CalendarDays,
                Acceptance,
                "2025-09-30 17:45",
                "2025-11-29 17:45",
            ),
        ],
    );
}

#[test]
fn a_unit_that_works_around_the_clock_has_the_same_working_days() {
    check(
        &around_the_clock(),
        &[
            (5, WorkingDays, Signing, "2025-09-28 10:00", "2025-10-11 24:00"),
            (1, WorkingDays, Dispatch, "2025-09-30 10:00", "2025-10-09 24:00"),
            (
                1,
                WorkingDays,
                NextWorkingDay,
                "2025-09-30 10:00",
                "2025-10-09 24:00",
            ),
            (2, WorkingHours, Dispatch, "2025-10-01 23:00", "2025-10-02 01:00"),
            (
                2,
                WorkingHours,
                NextWorkingDay,
                "2025-09-30 23:00",
                "2025-10-09 02:00",
            ),
        ],
    );
}

#[test]
fn fractions_of_a_second_do_not_push_over_the_end_of_a_span() {
    let from = at("2025-10-09 09:00") + chrono::TimeDelta::microseconds(500_001);
    let due = due(&office(), &limit(3, WorkingHours, Dispatch), from).unwrap();
    assert_eq!(due.at, at("2025-10-09 12:00"));
}

#[test]
fn working_days_and_days_off() {
    let office = office();
    let worked = [
        "2025-09-28",
        "2025-09-29",
        "2025-09-30",
        "2025-10-09",
        "2025-10-10",
        "2025-10-11",
        "2025-10-13",
    ];
    for date in day("2025-09-27").iter_days().take(17) {
        let expected = worked.contains(&date.to_string().as_str());
        assert_eq!(office.is_working_day(date), expected, "{date}");
        assert_eq!(around_the_clock().is_working_day(date), expected, "{date}");
        assert_eq!(!office.spans(date).is_empty(), expected, "{date}");
    }
}
