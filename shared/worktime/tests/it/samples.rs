//! Calendars and shorthands that the tables share. Times are local (UTC+8), as people would write them.
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use contracts::terms::{Limit, LimitUnit, StartRule};
use worktime::{Calendar, due};

pub const OFFSET_SECS: i32 = 28_800;

/// A moment from local `2025-09-28 10:00`; `24:00` is the end of that day.
pub fn at(text: &str) -> DateTime<Utc> {
    let (text, days) = match text.strip_suffix("24:00") {
        Some(date) => (format!("{date}00:00"), 1),
        None => (text.to_owned(), 0),
    };
    let local = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").unwrap() + TimeDelta::days(days);
    local
        .and_local_timezone(FixedOffset::east_opt(OFFSET_SECS).unwrap())
        .unwrap()
        .to_utc()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A span from `09:00` to `12:00` on the weekdays given as `12345`.
pub fn span(weekdays: &str, from: &str, to: &str) -> WorkSpanV1 {
    let clock = |text| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    WorkSpanV1 {
        weekdays: weekdays.bytes().map(|digit| digit - b'0').collect(),
        from: clock(from),
        to: clock(to),
        season_from: None,
        season_to: None,
        on_holidays: false,
    }
}

pub fn in_season(span: WorkSpanV1, from: (u32, u32), to: (u32, u32)) -> WorkSpanV1 {
    WorkSpanV1 {
        season_from: Some(from),
        season_to: Some(to),
        ..span
    }
}

pub fn on_holidays(span: WorkSpanV1) -> WorkSpanV1 {
    WorkSpanV1 {
        on_holidays: true,
        ..span
    }
}

pub fn days(name: &str, off: bool, dates: &[&str]) -> Vec<SpecialDayV1> {
    dates
        .iter()
        .map(|date| SpecialDayV1 {
            date: day(date),
            name: name.to_owned(),
            off,
        })
        .collect()
}

pub fn days_off(name: &str, first: &str, last: &str) -> Vec<SpecialDayV1> {
    let dates = day(first).iter_days().take_while(|date| *date <= day(last));
    dates
        .map(|date| SpecialDayV1 {
            date,
            name: name.to_owned(),
            off: true,
        })
        .collect()
}

/// National Day 2025, New Year and Spring Festival 2026, as announced.
pub fn holidays() -> Vec<SpecialDayV1> {
    let mut list = [
        days("国庆节", false, &["2025-09-28", "2025-10-11"]),
        days_off("国庆节", "2025-10-01", "2025-10-08"),
        days_off("元旦", "2026-01-01", "2026-01-03"),
        days("元旦", false, &["2026-01-04"]),
        days("春节", false, &["2026-02-14", "2026-02-28"]),
        days_off("春节", "2026-02-15", "2026-02-23"),
    ]
    .concat();
    list.sort_by_key(|day| day.date);
    list
}

pub fn data(name: &str, hours: Vec<WorkSpanV1>) -> CalendarV1 {
    CalendarV1 {
        code: "c".to_owned(),
        name: name.to_owned(),
        utc_offset_secs: OFFSET_SECS,
        hours,
        days: holidays(),
    }
}

pub fn calendar(hours: Vec<WorkSpanV1>) -> Calendar {
    Calendar::try_from(&data("排班", hours)).unwrap()
}

/// 9–12 and 13:30–17:30 in summer, 9–12 and 13–17 in winter (from 1 October).
pub fn office_data() -> CalendarV1 {
    let (summer, winter) = (((5, 1), (9, 30)), ((10, 1), (4, 30)));
    let hours = vec![
        in_season(span("12345", "09:00", "12:00"), summer.0, summer.1),
        in_season(span("12345", "13:30", "17:30"), summer.0, summer.1),
        in_season(span("12345", "09:00", "12:00"), winter.0, winter.1),
        in_season(span("12345", "13:00", "17:00"), winter.0, winter.1),
    ];
    data("行政机关", hours)
}

pub fn office() -> Calendar {
    Calendar::try_from(&office_data()).unwrap()
}

/// Around the clock, holidays too.
pub fn around_the_clock() -> Calendar {
    calendar(vec![on_holidays(span("1234567", "00:00", "00:00"))])
}

pub fn limit(amount: u32, unit: LimitUnit, start: StartRule) -> Limit {
    Limit { amount, unit, start }
}

/// (amount, unit, start rule, from, due)
pub type Row = (u32, LimitUnit, StartRule, &'static str, &'static str);

/// Checks a table that was computed by hand.
pub fn check(calendar: &Calendar, rows: &[Row]) {
    for (amount, unit, start, from, expected) in rows {
        let due = due(calendar, &limit(*amount, *unit, *start), at(from)).unwrap();
        assert_eq!(
            due.at,
            at(expected),
            "{amount} {unit:?} {start:?} from {from}: {due:#?}"
        );
        assert_eq!(due.explanation.due, due.at);
    }
}
