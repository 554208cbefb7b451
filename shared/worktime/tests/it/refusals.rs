//! Calendars that cannot be right are refused, and the field to correct is named.
use crate::samples::{data, day, in_season, office_data, span};
use chrono::NaiveTime;
use contracts::calendar::{CalendarV1, WorkSpanV1};
use worktime::Calendar;

fn refusal(data: &CalendarV1) -> String {
    Calendar::try_from(data).unwrap_err().to_string()
}

fn hours(hours: Vec<WorkSpanV1>) -> CalendarV1 {
    data("x", hours)
}

#[test]
fn fields_of_the_calendar() {
    let good = office_data();
    assert!(Calendar::try_from(&good).is_ok());
    let table = [
        (
            CalendarV1 {
                code: String::new(),
                ..good.clone()
            },
            "calendar : code: must not be empty",
        ),
        (
            CalendarV1 {
                utc_offset_secs: 86_400,
                ..good.clone()
            },
            "calendar c: utc_offset_secs: 86400 s is no offset from UTC",
        ),
        (
            CalendarV1 {
                hours: vec![],
                ..good
            },
            "calendar c: hours: must not be empty",
        ),
    ];
    for (wrong, message) in table {
        assert_eq!(refusal(&wrong), message);
    }
}

#[test]
fn fields_of_a_span() {
    let good = span("12345", "09:00", "17:00");
    let with = |wrong: WorkSpanV1| hours(vec![span("6", "09:00", "12:00"), wrong]);
    let table = [
        (
            WorkSpanV1 {
                weekdays: vec![],
                ..good.clone()
            },
            "weekdays: must not be empty",
        ),
        (
            WorkSpanV1 {
                weekdays: vec![1, 8],
                ..good.clone()
            },
            "weekdays: 8 is no weekday, 1 to 7 are",
        ),
        (
            WorkSpanV1 {
                weekdays: vec![0],
                ..good.clone()
            },
            "weekdays: 0 is no weekday, 1 to 7 are",
        ),
        (
            span("1", "17:00", "09:00"),
            "to: must be after `from`; a span over midnight is written as two",
        ),
        (
            span("1", "09:00", "09:00"),
            "to: must be after `from`; a span over midnight is written as two",
        ),
        (
            WorkSpanV1 {
                to: NaiveTime::from_hms_milli_opt(17, 0, 0, 1).unwrap(),
                ..good.clone()
            },
            "to: must be whole seconds",
        ),
        (
            WorkSpanV1 {
                season_from: Some((5, 1)),
                ..good.clone()
            },
            "season_to: a season needs both its ends",
        ),
        (
            WorkSpanV1 {
                season_to: Some((5, 1)),
                ..good.clone()
            },
            "season_from: a season needs both its ends",
        ),
        (
            in_season(good.clone(), (13, 1), (1, 1)),
            "season_from: month 13, day 1 is no day of the year",
        ),
        (
            in_season(good, (1, 1), (2, 30)),
            "season_to: month 2, day 30 is no day of the year",
        ),
    ];
    for (wrong, message) in table {
        assert_eq!(refusal(&with(wrong)), format!("calendar c: hours[1].{message}"));
    }
}

#[test]
fn spans_may_touch_but_not_overlap() {
    let morning = span("123", "09:00", "12:00");
    let table = [
        (morning.clone(), span("3", "11:59", "13:00"), true),
        (morning.clone(), span("3", "12:00", "13:00"), false),
        (morning.clone(), span("45", "09:00", "12:00"), false),
        (
            morning.clone(),
            in_season(span("1", "10:00", "11:00"), (2, 29), (2, 29)),
            true,
        ),
        (
            in_season(morning.clone(), (10, 1), (4, 30)),
            in_season(morning.clone(), (5, 1), (9, 30)),
            false,
        ),
        (
            in_season(morning.clone(), (10, 1), (4, 30)),
            in_season(morning, (4, 30), (9, 30)),
            true,
        ),
    ];
    for (first, second, refused) in table {
        for pair in [[first.clone(), second.clone()], [second.clone(), first.clone()]] {
            let result = Calendar::try_from(&hours(pair.to_vec()));
            match result {
                Err(error) => {
                    assert_eq!(error.to_string(), "calendar c: hours[1]: overlaps with hours[0]");
                    assert!(refused, "{pair:?}");
                }
                Ok(_) => assert!(!refused, "{pair:?}"),
            }
        }
    }
}

#[test]
fn special_days_are_sorted_and_each_occurs_once() {
    for wrong in ["2025-09-28", "2025-09-27"] {
        let mut calendar = office_data();
        calendar.days[1].date = day(wrong);
        let message = "calendar c: days[1].date: must be later than the day before it in the list";
        assert_eq!(refusal(&calendar), message);
    }
}
