//! Working calendars as data; `worktime` computes with them.
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// One calendar of the directory: weekly working hours plus the year's exceptions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CalendarV1 {
    /// Code by which units and terms name it.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Offset of local time from UTC in seconds; Chinese cities have 28 800 and no summer time.
    pub utc_offset_secs: i32,
    /// Working spans; several a day make a split shift.
    pub hours: Vec<WorkSpanV1>,
    /// Holidays and make-up workdays 调休, sorted by date. Plain weekends are not listed.
    pub days: Vec<SpecialDayV1>,
}

/// A span of working time that repeats weekly, inside a season.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkSpanV1 {
    /// ISO weekdays, 1 = Monday … 7 = Sunday.
    pub weekdays: Vec<u8>,
    /// First minute, local time.
    pub from: NaiveTime,
    /// End, local time, exclusive; `00:00` means midnight at the end of the day.
    pub to: NaiveTime,
    /// First day of the season as (month, day); `None` = all year.
    pub season_from: Option<(u32, u32)>,
    /// Last day of the season, inclusive; before `season_from` when it wraps the year.
    pub season_to: Option<(u32, u32)>,
    /// True when the span is worked on public holidays too.
    pub on_holidays: bool,
}

/// One day that differs from its weekday.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SpecialDayV1 {
    /// The day, local.
    pub date: NaiveDate,
    /// e.g. 国庆节.
    pub name: String,
    /// True = public holiday, false = make-up workday.
    pub off: bool,
}
