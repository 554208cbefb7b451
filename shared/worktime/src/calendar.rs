//! A calendar one can ask: which days and which hours are worked. `steps` computes on top of it.
use crate::span::{Span, merged};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use contracts::calendar::CalendarV1;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the public calendar says of a day, whoever works on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Monday to Friday, nothing special.
    Workday,
    /// 调休: a make-up workday, with the name of the holiday it makes up for.
    MakeUp(String),
    /// Saturday or Sunday, nothing special.
    Weekend,
    /// A public holiday with its name.
    Holiday(String),
}

/// A checked calendar. Made with `Calendar::try_from(&CalendarV1)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    code: String,
    name: String,
    utc_offset_secs: i32,
    spans: Vec<Span>,
    special: BTreeMap<NaiveDate, DayKind>,
    listed_years: BTreeSet<i32>,
}

impl Calendar {
    /// `spans` are those of `data`, checked by `parse`.
    pub(crate) fn new(data: &CalendarV1, spans: Vec<Span>) -> Self {
        let kind = |off, name: &String| {
            if off {
                DayKind::Holiday(name.clone())
            } else {
                DayKind::MakeUp(name.clone())
            }
        };
        Self {
            code: data.code.clone(),
            name: data.name.clone(),
            utc_offset_secs: data.utc_offset_secs,
            spans,
            special: data
                .days
                .iter()
                .map(|day| (day.date, kind(day.off, &day.name)))
                .collect(),
            listed_years: data.days.iter().map(|day| day.date.year()).collect(),
        }
    }

    /// Code by which units and terms name it.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Offset of local time from UTC in seconds.
    #[must_use]
    pub fn utc_offset_secs(&self) -> i32 {
        self.utc_offset_secs
    }

    /// Whether at least one special day of that year is listed: a year without any was never entered.
    #[must_use]
    pub fn lists(&self, year: i32) -> bool {
        self.listed_years.contains(&year)
    }

    /// Local date and time of a moment.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = TimeDelta::seconds(self.utc_offset_secs.into());
        let edge = if self.utc_offset_secs < 0 {
            NaiveDateTime::MIN
        } else {
            NaiveDateTime::MAX
        };
        at.naive_utc().checked_add_signed(offset).unwrap_or(edge)
    }

    /// What the public calendar says of a day.
    #[must_use]
    pub fn kind(&self, date: NaiveDate) -> DayKind {
        match self.special.get(&date) {
            Some(special) => special.clone(),
            None if date.weekday().number_from_monday() <= 5 => DayKind::Workday,
            None => DayKind::Weekend,
        }
    }

    /// A working day 工作日: Monday to Friday or a make-up workday, no public holiday (`domain.md` §4), and the
    /// unit has hours on it. Platform default: hours on a weekend or holiday do not make a working day of it,
    /// because 工作日 in a limit means the public working day.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        matches!(self.kind(date), DayKind::Workday | DayKind::MakeUp(_)) && !self.day_spans(date).is_empty()
    }

    /// The working spans of a local day, in order; touching spans are one.
    ///
    /// A public holiday keeps the spans that are worked on holidays. A make-up workday has the hours of Monday
    /// (or of the first weekday that has any) besides those of its own weekday: platform default, because the
    /// State Council names the days but no hours.
    #[must_use]
    pub fn spans(&self, date: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let spans = self.day_spans(date).into_iter();
        spans
            .filter_map(|(from, to)| Some((self.moment(date, from)?, self.moment(date, to)?)))
            .collect()
    }

    /// Whether a moment lies inside a working span; the end of a span does not.
    #[must_use]
    pub fn is_working_time(&self, at: DateTime<Utc>) -> bool {
        let local = self.local(at);
        let second = local.num_seconds_from_midnight();
        self.day_spans(local.date())
            .iter()
            .any(|(from, to)| (*from..*to).contains(&second))
    }

    /// The working spans of a day in seconds of the local day.
    pub(crate) fn day_spans(&self, date: NaiveDate) -> Vec<(u32, u32)> {
        let own = date.weekday().num_days_from_monday() as usize;
        let of = |weekday: usize| self.spans.iter().filter(move |span| span.applies(weekday, date));
        let bounds = |span: &Span| (span.from, span.to);
        let spans = match self.special.get(&date) {
            Some(DayKind::Holiday(_)) => of(own).filter(|span| span.on_holidays).map(bounds).collect(),
            Some(DayKind::MakeUp(_)) => {
                let model = (0..5)
                    .find(|weekday| of(*weekday).next().is_some())
                    .unwrap_or(own);
                of(own).chain(of(model)).map(bounds).collect()
            }
            _ => of(own).map(bounds).collect(),
        };
        merged(spans)
    }

    /// A second of a local day as a moment; `None` at the end of all time.
    pub(crate) fn moment(&self, date: NaiveDate, second: u32) -> Option<DateTime<Utc>> {
        let secs = i64::from(second) - i64::from(self.utc_offset_secs);
        let local = date.and_time(NaiveTime::MIN);
        Some(local.checked_add_signed(TimeDelta::seconds(secs))?.and_utc())
    }
}
