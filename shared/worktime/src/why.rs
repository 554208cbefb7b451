//! "Why then?" as data: everything a due time was made of (`domain.md` §4). Stored beside the due time by
//! supervision; `explain` puts it into sentences.
use crate::calendar::DayKind;
use chrono::{DateTime, NaiveDate, Utc};
use contracts::terms::{Limit, StartRule};
use serde::{Deserialize, Serialize};

/// The moment from which a limit runs, decided by the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Start {
    /// The rule that named it.
    pub rule: StartRule,
    /// The moment of acceptance, dispatch or signing.
    pub at: DateTime<Utc>,
}

/// Which calendar was used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NamedCalendar {
    /// Its code.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// Its local time.
    pub utc_offset_secs: i32,
}

/// A day, all or part of which used up the limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CountedDay {
    /// The local day.
    pub date: NaiveDate,
    /// What kind of day it is.
    pub kind: DayKind,
    /// Working seconds that it used up; `None` when it counted as one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secs: Option<i64>,
}

/// Why a day did not use up the limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The day on which it started does not count.
    StartDay,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday, with its name.
    Holiday(String),
    /// A workday on which this unit has no hours.
    Closed,
    /// It started after the last working hour of the day.
    AfterHours,
    /// Suspended 挂起.
    Suspended,
}

/// A day that did not use up the limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SkippedDay {
    /// The local day.
    pub date: NaiveDate,
    /// Why not.
    pub reason: SkipReason,
}

/// 挂起: time that does not count, approved by the hotline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Suspension {
    /// From then.
    pub from: DateTime<Utc>,
    /// Until then; exclusive.
    pub to: DateTime<Utc>,
}

/// 延期: so much more of the same limit, granted by the hotline.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Extension {
    /// How many more, in the unit of the limit; at least 1.
    pub amount: u32,
    /// When it was granted; told, not counted.
    pub granted_at: DateTime<Utc>,
}

/// The whole reason of one due time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Why {
    /// The calendar.
    pub calendar: NamedCalendar,
    /// The limit.
    pub limit: Limit,
    /// The moment the start rule named.
    pub start: Start,
    /// From when it really ran: later than `start` for the next working day.
    pub runs_from: DateTime<Utc>,
    /// When it is over.
    pub due: DateTime<Utc>,
    /// What was granted on top of the limit, in the order of granting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// Days that counted, in order; empty for clock hours and calendar days.
    pub counted: Vec<CountedDay>,
    /// Days that did not, in order.
    pub skipped: Vec<SkippedDay>,
    /// Suspensions before the due time, in order, overlapping ones made one.
    pub suspensions: Vec<Suspension>,
    /// Years on the way for which the calendar lists no holidays; only weekends were left out there.
    pub unlisted_years: Vec<i32>,
}
