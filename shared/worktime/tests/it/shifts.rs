//! Split shifts, night shifts, weekend hours and seasons.
use crate::samples::{at, calendar, check, day, in_season, office, on_holidays, span};
use contracts::terms::LimitUnit::{WorkingDays, WorkingHours};
use contracts::terms::StartRule::{Dispatch, Signing};

#[test]
fn three_spans_a_day() {
    let market = calendar(vec![
        span("12345", "05:30", "08:00"),
        span("12345", "10:00", "11:30"),
        span("12345", "19:00", "20:00"),
    ]);
    check(
        &market,
        &[
            (2, WorkingHours, Dispatch, "2025-10-14 07:00", "2025-10-14 11:00"),
            (3, WorkingHours, Dispatch, "2025-10-14 07:00", "2025-10-14 19:30"),
            (4, WorkingHours, Dispatch, "2025-10-14 07:00", "2025-10-15 06:00"),
            (5, WorkingHours, Dispatch, "2025-10-14 05:30", "2025-10-14 20:00"),
            (1, WorkingDays, Signing, "2025-10-14 19:30", "2025-10-15 20:00"),
        ],
    );
}

#[test]
fn a_night_shift_is_two_spans_over_midnight() {
    let night = calendar(vec![
        span("12345", "22:00", "00:00"),
        span("12345", "00:00", "06:00"),
    ]);
    check(
        &night,
        &[
            (3, WorkingHours, Dispatch, "2025-10-14 21:00", "2025-10-15 01:00"),
            (2, WorkingHours, Dispatch, "2025-10-14 21:00", "2025-10-14 24:00"),
            // Friday night ends at midnight: Saturday 18 is no weekday of the spans.
            (3, WorkingHours, Dispatch, "2025-10-17 22:00", "2025-10-20 01:00"),
            // The evening before National Day, then the night in which it ends.
            (3, WorkingHours, Dispatch, "2025-09-30 22:00", "2025-10-09 01:00"),
            (1, WorkingDays, Dispatch, "2025-10-14 23:00", "2025-10-15 24:00"),
        ],
    );
    assert!(night.is_working_time(at("2025-10-14 23:59")) && night.is_working_time(at("2025-10-15 00:00")));
    assert!(!night.is_working_time(at("2025-10-15 06:00")));
}

#[test]
fn hours_on_weekends_are_working_time_but_no_working_days() {
    let service = calendar(vec![
        on_holidays(span("1234567", "06:00", "14:00")),
        on_holidays(span("1234567", "14:00", "22:00")),
    ]);
    check(
        &service,
        &[
            (2, WorkingHours, Dispatch, "2025-10-04 13:00", "2025-10-04 15:00"),
            (2, WorkingHours, Dispatch, "2025-10-04 21:00", "2025-10-05 07:00"),
            (1, WorkingDays, Dispatch, "2025-10-03 13:00", "2025-10-09 22:00"),
            (1, WorkingDays, Dispatch, "2025-10-17 13:00", "2025-10-20 22:00"),
        ],
    );
    assert_eq!(
        service.spans(day("2025-10-04")),
        [(at("2025-10-04 06:00"), at("2025-10-04 22:00"))]
    );
}

#[test]
fn on_a_holiday_only_the_spans_for_holidays_are_worked() {
    let desk = calendar(vec![
        span("12345", "09:00", "17:00"),
        on_holidays(span("1234567", "17:00", "20:00")),
    ]);
    assert_eq!(
        desk.spans(day("2025-10-02")),
        [(at("2025-10-02 17:00"), at("2025-10-02 20:00"))]
    );
    assert_eq!(
        desk.spans(day("2025-10-09")),
        [(at("2025-10-09 09:00"), at("2025-10-09 20:00"))]
    );
}

#[test]
fn a_make_up_workday_has_mondays_hours_and_its_own() {
    let mixed = calendar(vec![
        span("1", "08:00", "12:00"),
        span("2345", "09:00", "17:00"),
        span("6", "10:00", "15:00"),
    ]);
    assert_eq!(
        mixed.spans(day("2025-10-11")),
        [(at("2025-10-11 08:00"), at("2025-10-11 15:00"))]
    );
    assert_eq!(
        mixed.spans(day("2025-09-28")),
        [(at("2025-09-28 08:00"), at("2025-09-28 12:00"))]
    );
    let closed_on_mondays = calendar(vec![span("2345", "09:00", "17:00")]);
    assert_eq!(
        closed_on_mondays.spans(day("2025-09-28")),
        [(at("2025-09-28 09:00"), at("2025-09-28 17:00"))]
    );
    assert!(
        !closed_on_mondays.is_working_day(day("2025-10-13")),
        "a day without hours is no working day"
    );
    check(
        &closed_on_mondays,
        &[(1, WorkingDays, Signing, "2025-10-11 09:00", "2025-10-14 17:00")],
    );
}

#[test]
fn seasons_begin_and_end_with_their_days() {
    let office = office();
    let ends = [
        ("2026-04-30", "17:00"),
        ("2026-05-01", "17:30"),
        ("2026-09-30", "17:30"),
        ("2026-10-01", "17:00"),
        ("2025-12-31", "17:00"),
        ("2026-01-05", "17:00"),
    ];
    for (date, end) in ends {
        let last = office.spans(day(date)).last().map(|(_, to)| *to);
        assert_eq!(last, Some(at(&format!("{date} {end}"))), "{date}");
    }
    // Heating duty: only in its season, over the turn of the year.
    let heating = calendar(vec![in_season(
        span("1234567", "00:00", "00:00"),
        (11, 15),
        (3, 15),
    )]);
    check(
        &heating,
        &[
            (1, WorkingHours, Dispatch, "2025-12-30 23:30", "2025-12-31 00:30"),
            (2, WorkingHours, Dispatch, "2026-03-15 23:00", "2026-11-15 01:00"),
        ],
    );
}
