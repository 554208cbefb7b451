//! What a case brings along, looked up once so that every clause reads it without searching.
use super::{FACT_KEYS, FACT_TIME, time_of_day};
use chrono::{Datelike, NaiveDateTime, Timelike};
use contracts::words::Kind;
use std::collections::BTreeMap;

/// The circumstances of one question.
#[derive(Clone, PartialEq, Debug)]
pub struct Circumstances<'a> {
    /// Minute of the local day: of the event, else of acceptance. `None` when the event's is unreadable.
    pub minute: Option<u16>,
    /// Local (month, day) of acceptance.
    pub month_day: (u32, u32),
    /// Whether the day of acceptance is worked.
    pub working_day: bool,
    /// 诉求类型.
    pub kind: Option<Kind>,
    /// Facts in the order of [`FACT_KEYS`].
    pub facts: [Option<&'a str>; FACT_KEYS.len()],
}

impl<'a> Circumstances<'a> {
    /// Reads the facts; a fact that the agent gave goes before one that the place brings along.
    #[must_use]
    pub fn new(
        accepted: NaiveDateTime,
        working_day: bool,
        kind: Option<Kind>,
        given: &'a BTreeMap<String, String>,
        of_place: &'a BTreeMap<String, String>,
    ) -> Self {
        let fact = |key: &str| given.get(key).or_else(|| of_place.get(key)).map(String::as_str);
        let known = |key: &str| fact(key).filter(|value| !value.is_empty());
        let nothing_known = given.is_empty() && of_place.is_empty();
        Self {
            minute: match fact(FACT_TIME) {
                Some(text) => time_of_day(text).map(|minute| minute % (24 * 60)),
                None => u16::try_from(accepted.hour() * 60 + accepted.minute()).ok(),
            },
            month_day: (accepted.month(), accepted.day()),
            working_day,
            kind,
            facts: if nothing_known {
                [None; FACT_KEYS.len()]
            } else {
                FACT_KEYS.map(known)
            },
        }
    }
}
