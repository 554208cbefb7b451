//! The calendars of all published directory versions, ready to compute with.
use chrono::{DateTime, Datelike, TimeDelta, Utc};
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

    /// Years of the days from `now` until so much later whose days off the newest version does not list, each with the codes
    /// of the calendars that miss them.
    #[must_use]
    pub fn years_missing(&self, now: DateTime<Utc>, ahead: TimeDelta) -> BTreeMap<i32, Vec<String>> {
        let mut missing: BTreeMap<i32, Vec<String>> = BTreeMap::new();
        let newest = self.versions.last_key_value();
        for (code, calendar) in newest.into_iter().flat_map(|(_, set)| set) {
            let years = calendar.local(now).year()..=calendar.local(now + ahead).year();
            for year in years.filter(|year| !calendar.lists(*year)) {
                missing.entry(year).or_default().push(code.clone());
            }
        }
        missing
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> DateTime<Utc> {
        format!("{local}:00+08:00").parse().unwrap()
    }

    #[test]
    fn a_year_is_missed_so_long_before_it_begins_and_only_in_the_newest_version() {
        let mut calendars = calendars_for_tests();
        let ahead = TimeDelta::days(60);
        assert!(calendars.years_missing(at("2026-11-01T23:59"), ahead).is_empty());
        let both = BTreeMap::from([(2027, vec!["city".to_owned(), "office".to_owned()])]);
        assert_eq!(calendars.years_missing(at("2026-11-02T00:00"), ahead), both);
        assert_eq!(calendars.years_missing(at("2027-03-01T00:00"), ahead), both);
        let next = CalendarV1 {
            code: "city".to_owned(),
            name: "city".to_owned(),
            utc_offset_secs: 28_800,
            hours: vec![contracts::calendar::WorkSpanV1 {
                weekdays: vec![1],
                from: chrono::NaiveTime::MIN,
                to: chrono::NaiveTime::MIN,
                season_from: None,
                season_to: None,
                on_holidays: false,
            }],
            days: [2026, 2027]
                .map(|year| contracts::calendar::SpecialDayV1 {
                    date: chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
                    name: "元旦".to_owned(),
                    off: true,
                })
                .to_vec(),
        };
        calendars.add(2, &next).unwrap();
        assert!(calendars.years_missing(at("2026-12-31T00:00"), ahead).is_empty());
        assert!(
            Calendars::default()
                .years_missing(at("2026-12-31T00:00"), ahead)
                .is_empty()
        );
    }
}
