//! "Why then?" – as data and as sentences in both languages.
use crate::samples::{around_the_clock, at, day, limit, office};
use contracts::terms::LimitUnit::{CalendarDays, Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::{Acceptance, Dispatch, NextWorkingDay, Signing};
use worktime::{Due, Lang, SkipReason, SkippedDay, Start, Suspension, due, due_suspended};

fn english(due: &Due) -> Vec<String> {
    due.explanation.sentences(Lang::En)
}

#[test]
fn five_working_days_over_national_day() {
    let due = due(&office(), &limit(5, WorkingDays, Signing), at("2025-09-28 10:00")).unwrap();
    assert_eq!(
        english(&due),
        [
            "5 working days from signing at 2025-09-28 10:00.",
            "Working days are counted by the calendar 行政机关.",
            "Counted: 2025-09-29 to 2025-09-30, 2025-10-09 to 2025-10-10, 2025-10-11 (make-up workday for 国庆节).",
            "Not counted: 2025-09-28 (the day it starts), 2025-10-01 to 2025-10-08 (国庆节).",
            "Due at 2025-10-11 17:00.",
        ]
    );
    assert_eq!(
        due.explanation.sentences(Lang::Zh),
        [
            "自签收（2025-09-28 10:00）起5个工作日。",
            "工作日按“行政机关”日历计算。",
            "计入：2025-09-29至2025-09-30；2025-10-09至2025-10-10；2025-10-11（国庆节调休上班）。",
            "不计入：2025-09-28（起算当日）；2025-10-01至2025-10-08（国庆节）。",
            "到期时间：2025-10-11 17:00。",
        ]
    );
    let both = due.explanation.explanation();
    assert_eq!((both.en.len(), both.zh.len()), (5, 5));
}

#[test]
fn two_working_hours_over_national_day() {
    let due = due(
        &office(),
        &limit(2, WorkingHours, Dispatch),
        at("2025-09-30 16:15"),
    )
    .unwrap();
    assert_eq!(
        english(&due),
        [
            "2 working hours from dispatch at 2025-09-30 16:15.",
            "Working hours are counted by the calendar 行政机关.",
            "Counted: 2025-09-30 (1 h 15 min), 2025-10-09 (45 min).",
            "Not counted: 2025-10-01 to 2025-10-08 (国庆节).",
            "Due at 2025-10-09 09:45.",
        ]
    );
    let zh = due.explanation.sentences(Lang::Zh);
    assert_eq!(zh[2], "计入：2025-09-30（1小时15分）；2025-10-09（45分）。");
}

#[test]
fn whole_days_of_hours_are_told_together() {
    let due = due(
        &office(),
        &limit(21, WorkingHours, Dispatch),
        at("2025-10-10 17:00"),
    )
    .unwrap();
    let told = english(&due);
    assert_eq!(
        told[2],
        "Counted: 2025-10-11 (make-up workday for 国庆节, 7 h), 2025-10-13 to 2025-10-14 (7 h each)."
    );
    assert_eq!(
        told[3],
        "Not counted: 2025-10-10 (after working hours), 2025-10-12 (weekend)."
    );
    assert_eq!(
        due.explanation.sentences(Lang::Zh)[2],
        "计入：2025-10-11（国庆节调休上班，7小时）；2025-10-13至2025-10-14（每日7小时）。"
    );
}

#[test]
fn the_way_to_the_next_working_day_is_told() {
    let due = due(
        &office(),
        &limit(1, WorkingDays, NextWorkingDay),
        at("2025-09-30 10:00"),
    )
    .unwrap();
    assert_eq!(
        english(&due),
        [
            "1 working day from the working day after 2025-09-30 10:00.",
            "The next working day begins at 2025-10-09 09:00.",
            "Working days are counted by the calendar 行政机关.",
            "Counted: 2025-10-09.",
            "Not counted: 2025-09-30 (the day it starts), 2025-10-01 to 2025-10-08 (国庆节).",
            "Due at 2025-10-09 17:00.",
        ]
    );
    assert_eq!(
        due.explanation.start,
        Start {
            rule: NextWorkingDay,
            at: at("2025-09-30 10:00")
        }
    );
    assert_eq!(due.explanation.runs_from, at("2025-10-09 09:00"));
}

#[test]
fn clock_hours_and_calendar_days_say_that_nothing_stops_them() {
    let emergency = due(&office(), &limit(24, Hours, Signing), at("2025-09-30 17:00")).unwrap();
    assert_eq!(
        english(&emergency),
        [
            "24 hours from signing at 2025-09-30 17:00.",
            "Clock hours run on through nights, weekends and holidays.",
            "Due at 2025-10-01 17:00.",
        ]
    );
    assert_eq!(
        emergency.explanation.sentences(Lang::Zh)[1],
        "小时连续计算，不扣除夜间、周末和节假日。"
    );
    let days = due(
        &office(),
        &limit(1, CalendarDays, Acceptance),
        at("2030-09-30 17:00"),
    )
    .unwrap();
    assert_eq!(
        english(&days)[1],
        "Calendar days run on through weekends and holidays."
    );
    assert!(
        days.explanation.unlisted_years.is_empty(),
        "no holiday list is needed for calendar days"
    );
}

#[test]
fn the_end_of_a_day_is_24_00_and_worked_holidays_are_named() {
    let days = due(
        &around_the_clock(),
        &limit(1, WorkingDays, Dispatch),
        at("2025-10-09 10:00"),
    )
    .unwrap();
    assert_eq!(english(&days).last().unwrap(), "Due at 2025-10-10 24:00.");
    let hours = due(
        &around_the_clock(),
        &limit(2, WorkingHours, Dispatch),
        at("2025-10-04 23:00"),
    )
    .unwrap();
    assert_eq!(
        english(&hours)[2],
        "Counted: 2025-10-04 to 2025-10-05 (国庆节, worked, 1 h each)."
    );
}

#[test]
fn a_year_without_holiday_list_is_noted() {
    let due = due(&office(), &limit(5, WorkingDays, Signing), at("2026-12-30 10:00")).unwrap();
    assert_eq!(due.at, at("2027-01-06 17:00"));
    assert_eq!(due.explanation.unlisted_years, [2027]);
    assert!(
        english(&due).contains(&"There is no holiday list for 2027; only weekends were left out.".to_owned())
    );
    let zh = due.explanation.sentences(Lang::Zh);
    assert!(
        zh.contains(&"没有2027年的节假日安排，仅扣除周末。".to_owned()),
        "{zh:?}"
    );
}

#[test]
fn a_due_time_at_the_end_of_the_year_needs_no_list_for_the_next() {
    let due = due(
        &around_the_clock(),
        &limit(1, WorkingDays, Signing),
        at("2026-12-30 10:00"),
    )
    .unwrap();
    assert_eq!(due.at, at("2026-12-31 24:00"));
    assert!(due.explanation.unlisted_years.is_empty());
}

#[test]
fn suspensions_are_told() {
    let pause = Suspension {
        from: at("2025-10-14 12:00"),
        to: at("2025-10-15 12:00"),
    };
    let due = due_suspended(
        &office(),
        &limit(1, WorkingDays, Signing),
        at("2025-10-13 10:00"),
        &[pause],
    )
    .unwrap();
    assert_eq!(due.at, at("2025-10-16 17:00"));
    assert!(english(&due).contains(&"Suspended from 2025-10-14 12:00 to 2025-10-15 12:00.".to_owned()));
    let skipped = |date| SkippedDay {
        date: day(date),
        reason: SkipReason::Suspended,
    };
    assert_eq!(
        due.explanation.skipped[1..],
        [skipped("2025-10-14"), skipped("2025-10-15")]
    );
}

#[test]
fn it_is_stored_as_json_and_read_back() {
    let due = due(&office(), &limit(5, WorkingDays, Signing), at("2025-09-27 10:00")).unwrap();
    let json = serde_json::to_value(&due).unwrap();
    assert_eq!(json["explanation"]["counted"][0]["kind"]["make_up"], "国庆节");
    assert_eq!(json["explanation"]["skipped"][0]["reason"], "weekend");
    assert_eq!(serde_json::from_value::<Due>(json).unwrap(), due);
}
