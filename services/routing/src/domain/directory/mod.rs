//! The directory 派单目录: one immutable version, built from a [`Snapshot`](crate::domain::snapshot::Snapshot) with an index for every question
//! that a decision asks. Cheap to share behind an `Arc`, never changed.
mod boundaries;
mod build;
mod calendars;
mod deadlines;
mod divisions;
mod duties;
mod gazetteer;
mod geometry;
mod in_use;
mod matters;
mod names;
mod overlays;
mod rings;
mod rules;
mod spoken;
mod units;

pub use boundaries::Boundaries;
pub use build::BuildError;
pub use deadlines::{Asked as DeadlineAsked, Deadlines, terms};
pub use divisions::{Division, Divisions};
pub use duties::{Duties, Duty, Party, RoleRef, parse_party};
pub use gazetteer::{Entry, Gazetteer};
pub use geometry::Polygon;
pub use in_use::InUse;
pub use matters::{Matter, Matters};
pub use names::{Meaning, Mention, NameOf};
pub use overlays::{Overlay, Overlays};
pub use rings::{hole_outside, meets_itself, rings_cross};
pub use rules::{OfMatter, Rank, Rule};
pub use units::{Unit, Units};

use crate::domain::policies::Policies;
use crate::domain::snapshot::ScopeRow;
use crate::domain::text::Source;
use calendars::SpecialDays;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use contracts::calendar::CalendarV1;

/// One version of the directory, indexed.
#[derive(Clone, Debug)]
pub struct Directory {
    version: i64,
    offset: FixedOffset,
    /// 区划.
    pub divisions: Divisions,
    /// 功能区接管.
    pub overlays: Overlays,
    /// 边界.
    pub boundaries: Boundaries,
    /// 地名.
    pub gazetteer: Gazetteer,
    /// 承办单位.
    pub units: Units,
    /// 事项.
    pub matters: Matters,
    /// 派单目录条目.
    pub duties: Duties,
    /// 时限.
    pub deadlines: Deadlines,
    /// 受理范围.
    pub scope: Vec<ScopeRow>,
    /// 政策.
    pub policies: Policies,
    /// What it says in words: for reading texts.
    pub source: Source,
    calendars: Vec<CalendarV1>,
    city_calendar: String,
    special_days: SpecialDays,
}

impl Directory {
    /// The number that every decision cites.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Local date and time of a moment.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.offset).naive_local()
    }

    /// The offset of local time.
    #[must_use]
    pub const fn offset(&self) -> FixedOffset {
        self.offset
    }

    /// 工作日 or not, by the public calendar.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.special_days.is_working(date)
    }

    /// Whether the holidays and make-up workdays of a year are here.
    #[must_use]
    pub fn lists_days_of(&self, year: i32) -> bool {
        self.special_days.lists(year)
    }

    /// Every calendar of this version.
    #[must_use]
    pub fn calendars(&self) -> &[CalendarV1] {
        &self.calendars
    }

    /// The calendar of a unit's working time.
    #[must_use]
    pub fn calendar(&self, code: &str) -> Option<&CalendarV1> {
        self.calendars.iter().find(|calendar| calendar.code == code)
    }

    /// Code of the calendar of the city's total clock.
    #[must_use]
    pub fn city_calendar(&self) -> &str {
        &self.city_calendar
    }
}
