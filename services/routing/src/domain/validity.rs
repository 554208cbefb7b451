//! From when to when something counts. The last day is included.
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A span of days as cities write it: 生效日期 and 失效日期, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Dates {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` = open-ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl Dates {
    /// True when some day lies in both.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.to.is_some_and(|end| end < b.from);
        !before(self, other) && !before(other, self)
    }
}

/// A day as a number, for comparing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day(pub i32);

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce())
    }
}

impl Day {
    /// The date again.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0).unwrap_or_default()
    }
}

/// [`Dates`] as numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Validity {
    from: Day,
    to: Day,
}

impl From<Dates> for Validity {
    fn from(dates: Dates) -> Self {
        Self {
            from: dates.from.into(),
            to: dates.to.map_or(Day(i32::MAX), Day::from),
        }
    }
}

impl Validity {
    /// True on every day from the first to the last.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// The first day.
    #[must_use]
    pub const fn from(&self) -> Day {
        self.from
    }

    /// The last day, when there is one.
    #[must_use]
    pub fn to(&self) -> Option<Day> {
        (self.to.0 != i32::MAX).then_some(self.to)
    }
}
