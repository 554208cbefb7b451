//! Ids, times and small values that several examples share.
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use contracts::directory::{ExplanationV1, PlaceV1, UnitRef};
use contracts::ids::{AppealId, CallbackId, ComplaintId, JudgementId, OrderId, ReturnId};
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use uuid::Uuid;

/// A fixed id of version 7.
pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0199_8e2a_7c00_7000_8000_0000_0000_0000 | n)
}

pub fn order() -> OrderId {
    id(0x01).into()
}

pub fn complaint() -> ComplaintId {
    id(0x02).into()
}

pub fn callback() -> CallbackId {
    id(0x03).into()
}

pub fn returned() -> ReturnId {
    id(0x04).into()
}

pub fn appeal() -> AppealId {
    id(0x06).into()
}

pub fn judgement() -> JudgementId {
    id(0x07).into()
}

/// The token of a caller.
pub fn caller() -> Uuid {
    id(0x05)
}

pub fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn unit(code: &str, name: &str) -> UnitRef {
    UnitRef {
        code: code.into(),
        name: name.to_owned(),
    }
}

pub fn place() -> PlaceV1 {
    PlaceV1 {
        division: Some("990102003".to_owned()),
        longitude: Some(113.625),
        latitude: Some(34.75),
        address: Some("东风路与文化路交叉口".to_owned()),
    }
}

pub fn explanation() -> ExplanationV1 {
    ExplanationV1 {
        en: vec!["Duty D-017 is the most specific for this place.".to_owned()],
        zh: vec!["条目 D-017 对该地点最具体。".to_owned()],
    }
}

fn limit(amount: u32, unit: LimitUnit, start: StartRule) -> Limit {
    Limit { amount, unit, start }
}

/// Terms in which every unit of time and every start rule occurs.
pub fn terms() -> TermsV1 {
    TermsV1 {
        rule: "L-014".to_owned(),
        calendar: "office".to_owned(),
        city_calendar: "city".to_owned(),
        sign: limit(2, LimitUnit::WorkingHours, StartRule::Dispatch),
        respond: limit(24, LimitUnit::Hours, StartRule::Signing),
        finish: limit(15, LimitUnit::WorkingDays, StartRule::NextWorkingDay),
        total: limit(30, LimitUnit::CalendarDays, StartRule::Acceptance),
        return_window: Some(limit(1, LimitUnit::WorkingDays, StartRule::Dispatch)),
        extension: None,
        urgency: None,
    }
}

/// A calendar with a season, a midnight end, a holiday and a make-up workday.
pub fn calendar() -> CalendarV1 {
    let clock = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let day = |day, off| SpecialDayV1 {
        date: NaiveDate::from_ymd_opt(2025, 9, day).unwrap(),
        name: "国庆节".to_owned(),
        off,
    };
    CalendarV1 {
        code: "office".to_owned(),
        name: "行政机关".to_owned(),
        utc_offset_secs: 28_800,
        hours: vec![
            WorkSpanV1 {
                weekdays: vec![1, 2, 3, 4, 5],
                from: clock(9, 0),
                to: clock(12, 0),
                season_from: Some((10, 1)),
                season_to: Some((4, 30)),
                on_holidays: false,
            },
            WorkSpanV1 {
                weekdays: vec![6, 7],
                from: clock(22, 30),
                to: clock(0, 0),
                season_from: None,
                season_to: None,
                on_holidays: true,
            },
        ],
        days: vec![day(28, false), day(30, true)],
    }
}
