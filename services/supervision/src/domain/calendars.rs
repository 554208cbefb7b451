//! The calendars of all published directory versions, ready to compute with.
use contracts::calendar::CalendarV1;
use std::collections::BTreeMap;
use worktime::{Calendar, CalendarError};

/// Calendars by version and code. A published version never changes, so this only grows.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    versions: BTreeMap<i64, BTreeMap<String, Calendar>>,
}

impl Calendars {
    /// Adds one calendar of a version; the version counts as here even when its calendar cannot be computed with.
    ///
    /// # Errors
    /// When it cannot be computed with.
    pub fn add(&mut self, version: i64, calendar: &CalendarV1) -> Result<(), CalendarError> {
        // The version is here even when this calendar is not: it will not become readable by being read again.
        let version = self.versions.entry(version).or_default();
        version.insert(calendar.code.clone(), Calendar::try_from(calendar)?);
        Ok(())
    }

    /// The versions that are here.
    #[must_use]
    pub fn versions(&self) -> Vec<i64> {
        self.versions.keys().copied().collect()
    }

    /// The calendar as of a version: of that version, else of the newest before it that has the code.
    #[must_use]
    pub fn as_of(&self, version: i64, code: &str) -> Option<(i64, &Calendar)> {
        let mut newest_first = self.versions.range(..=version).rev();
        newest_first.find_map(|(version, set)| set.get(code).map(|calendar| (*version, calendar)))
    }

    /// The calendar that an open clock of an assignment goes by: the newest one with this code, under the oldest version
    /// from which on it has been the same. So a version that leaves a calendar as it is moves nothing.
    #[must_use]
    pub fn in_force(&self, cited: i64, code: &str) -> Option<(i64, &Calendar)> {
        let (_, newest) = self.as_of(i64::MAX, code)?;
        let (oldest, _) = self.as_of(cited, code).unwrap_or((cited, newest));
        let range = self.versions.range(oldest..).rev();
        let with = range.filter_map(|(version, set)| set.get(code).map(|calendar| (*version, calendar)));
        with.take_while(|(_, calendar)| *calendar == newest).last()
    }

    /// The newest calendar with this code, else any of the newest version: a city that names its own calendar
    /// otherwise than the settings do must not be left without a total clock.
    #[must_use]
    pub fn newest(&self, code: &str) -> Option<(i64, &Calendar)> {
        self.as_of(i64::MAX, code).or_else(|| {
            let mut newest_first = self.versions.iter().rev();
            newest_first.find_map(|(version, set)| set.values().next().map(|calendar| (*version, calendar)))
        })
    }
}

/// An office calendar (08:30–12:00, 13:30–17:00, Monday to Friday, Qingming 2026 off) and a city calendar around the
/// clock on the same days, as version 1.
#[cfg(test)]
pub(crate) fn calendars_for_tests() -> Calendars {
    use chrono::{NaiveDate, NaiveTime};
    use contracts::calendar::{SpecialDayV1, WorkSpanV1};
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let span = |from, to| WorkSpanV1 {
        weekdays: vec![1, 2, 3, 4, 5],
        from,
        to,
        season_from: None,
        season_to: None,
        on_holidays: false,
    };
    let off = |day| SpecialDayV1 {
        date: NaiveDate::from_ymd_opt(2026, 4, day).unwrap(),
        name: "清明节".to_owned(),
        off: true,
    };
    let calendar = |code: &str, hours| CalendarV1 {
        code: code.to_owned(),
        name: code.to_owned(),
        utc_offset_secs: 28_800,
        hours,
        days: vec![off(4), off(5), off(6)],
    };
    let office = vec![span(time(8, 30), time(12, 0)), span(time(13, 30), time(17, 0))];
    let mut calendars = Calendars::default();
    calendars.add(1, &calendar("office", office)).unwrap();
    calendars
        .add(1, &calendar("city", vec![span(time(0, 0), time(0, 0))]))
        .unwrap();
    calendars
}
