//! When callers are called, and when they are written to: calendars over the same days.
use super::document::{Calling, Fault, Hours, fault};
use chrono::{DateTime, Datelike, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use std::collections::BTreeSet;
use worktime::Calendar;

/// When the callers of some orders are called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallingHours {
    /// Name of the rule whose own they are; `None` = the city's.
    pub rule: Option<String>,
    /// The working time in which they are called.
    pub calendar: Calendar,
}

impl CallingHours {
    /// The first moment not before `from` at which a caller may be called.
    #[must_use]
    pub fn next(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        next(&self.calendar, from)
    }
}

/// The first working moment not before `from`. A calendar without any hours was refused when the document was read; one
/// without any for ten years holds nobody up.
pub(super) fn next(calendar: &Calendar, from: DateTime<Utc>) -> DateTime<Utc> {
    calendar.next_working_time(from).unwrap_or(from)
}

/// Whose callers may be called at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Open {
    /// Those whom the city's hours are for.
    pub city: bool,
    /// Rules that have hours of their own.
    pub ruled: Vec<String>,
    /// Those of them whose callers may be called.
    pub rules: Vec<String>,
}

impl Open {
    /// False when nobody may be called.
    #[must_use]
    pub fn any(&self) -> bool {
        self.city || !self.rules.is_empty()
    }
}

/// What all calendars of a document share, and the hours of its `[calling]`.
pub(super) struct Calendars {
    utc_offset_secs: i32,
    days: Vec<SpecialDayV1>,
    hours: Vec<Hours>,
    message_hours: Vec<Hours>,
}

impl Calendars {
    pub(super) fn new(own: Calling, base: Calling) -> Self {
        let mut days = own.days.or(base.days).unwrap_or_default();
        days.sort_by_key(|day| day.date);
        let days = days.into_iter().map(|day| SpecialDayV1 {
            date: day.date,
            name: day.name,
            off: day.off,
        });
        Self {
            utc_offset_secs: own.utc_offset_secs.or(base.utc_offset_secs).unwrap_or_default(),
            days: days.collect(),
            hours: own.hours.or(base.hours).unwrap_or_default(),
            message_hours: own.message_hours.or(base.message_hours).unwrap_or_default(),
        }
    }

    /// Years of the days that are named.
    pub(super) fn years(&self) -> BTreeSet<i32> {
        self.days.iter().map(|day| day.date.year()).collect()
    }

    /// When callers are called whose rule names no hours.
    pub(super) fn city(&self) -> Result<CallingHours, Fault> {
        let calendar = self.of("calling.hours", &self.hours)?;
        Ok(CallingHours { rule: None, calendar })
    }

    /// When messages are sent: in their own hours, or the city's.
    pub(super) fn messages(&self) -> Result<Calendar, Fault> {
        if self.message_hours.is_empty() {
            self.of("calling.hours", &self.hours)
        } else {
            self.of("calling.message_hours", &self.message_hours)
        }
    }

    /// The hours that stand in the field `at`.
    pub(super) fn of(&self, at: &str, hours: &[Hours]) -> Result<Calendar, Fault> {
        let data = CalendarV1 {
            code: "calling".to_owned(),
            name: "回访时间".to_owned(),
            utc_offset_secs: self.utc_offset_secs,
            hours: hours.iter().map(span).collect(),
            days: self.days.clone(),
        };
        Calendar::try_from(&data).map_err(|error| {
            let field = match error.field.strip_prefix("hours") {
                Some(place) => format!("{at}{place}"),
                None => format!("calling.{}", error.field),
            };
            fault(field, error.problem.to_string())
        })
    }
}

fn span(hours: &Hours) -> WorkSpanV1 {
    WorkSpanV1 {
        weekdays: hours.weekdays.clone(),
        from: hours.from,
        to: hours.to,
        season_from: None,
        season_to: None,
        on_holidays: hours.on_holidays,
    }
}
