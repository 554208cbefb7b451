//! One weekly span of working hours inside a season, in seconds of the local day. Used by `calendar` only.
use chrono::{Datelike, NaiveDate};

/// Seconds of a day; Chinese local time has no summer time, so every day has as many.
pub(crate) const DAY_SECS: u32 = 86_400;

/// (month, day), both ends inclusive; wraps the year when it ends before it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Season {
    pub from: (u32, u32),
    pub to: (u32, u32),
}

impl Season {
    fn contains(self, day: (u32, u32)) -> bool {
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            day >= self.from || day <= self.to
        }
    }

    fn meets(self, other: Self) -> bool {
        self.contains(other.from) || other.contains(self.from)
    }
}

/// A span of a calendar, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    /// Monday is the first.
    pub weekdays: [bool; 7],
    pub from: u32,
    /// Exclusive; midnight is [`DAY_SECS`].
    pub to: u32,
    pub season: Option<Season>,
    pub on_holidays: bool,
}

impl Span {
    /// Whether the span is worked on that weekday (0 = Monday) at that time of the year.
    pub fn applies(&self, weekday: usize, date: NaiveDate) -> bool {
        self.weekdays[weekday]
            && self
                .season
                .is_none_or(|season| season.contains((date.month(), date.day())))
    }

    /// Whether some moment of some year lies in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let same_day = self
            .weekdays
            .iter()
            .zip(other.weekdays)
            .any(|(mine, theirs)| *mine && theirs);
        let same_season = match (self.season, other.season) {
            (Some(mine), Some(theirs)) => mine.meets(theirs),
            _ => true,
        };
        same_day && same_season && self.from < other.to && other.from < self.to
    }
}

/// Sorted, with overlapping and touching spans made one.
pub(crate) fn merged(mut spans: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    spans.sort_unstable();
    let mut merged: Vec<(u32, u32)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}
