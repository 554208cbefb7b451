//! What a case brings along, as numbers, looked up once so that every clause reads it without searching.
use super::checks::{Checks, day};
use super::{FACT_KEYS, FACT_PLACE_NAME, FACT_TIME, Test, time_of_day};
use chrono::{Datelike, NaiveDateTime, Timelike};
use contracts::words::Kind;
use smallvec::SmallVec;
use std::collections::BTreeMap;

const TIME: u8 = FACT_KEYS.len() as u8;
const SEASON: u8 = TIME + 1;
const DAY_KIND: u8 = TIME + 2;
const KIND: u8 = TIME + 3;
const KEYS: usize = FACT_KEYS.len() + 4;
/// Position of [`FACT_PLACE_NAME`] in [`FACT_KEYS`].
const PLACE_NAME: u8 = 0;
const UNKNOWN: u32 = u32::MAX;

/// Facts that a located place brings along.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlaceFacts {
    /// Names of the place: a case may be at several named places at once.
    pub names: SmallVec<[u32; 4]>,
    /// (position in [`FACT_KEYS`], number of the word).
    pub facts: SmallVec<[(u8, u32); 4]>,
}

/// The circumstances of one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Circumstances {
    known: [u32; KEYS],
    names: SmallVec<[u32; 4]>,
}

impl Circumstances {
    /// Reads the facts; a fact that the agent gave goes before one that the place brings along. A value that is
    /// empty is not given.
    #[must_use]
    pub fn new(
        checks: &Checks,
        accepted: NaiveDateTime,
        working_day: bool,
        kind: Option<Kind>,
        given: &BTreeMap<String, String>,
        of_place: &PlaceFacts,
    ) -> Self {
        let mut known = [UNKNOWN; KEYS];
        known[usize::from(TIME)] = accepted.hour() * 60 + accepted.minute();
        known[usize::from(SEASON)] = day((accepted.month(), accepted.day()));
        known[usize::from(DAY_KIND)] = u32::from(working_day);
        known[usize::from(KIND)] = kind.map_or(UNKNOWN, |kind| kind as u32);
        let mut names = of_place.names.clone();
        for (key, word) in &of_place.facts {
            known[usize::from(*key)] = *word;
        }
        for (key, value) in given.iter().filter(|(_, value)| !value.is_empty()) {
            match key.as_str() {
                // Unreadable is unknown: the clock of acceptance would be a guess.
                FACT_TIME => {
                    known[usize::from(TIME)] =
                        time_of_day(value).map_or(UNKNOWN, |at| u32::from(at % (24 * 60)));
                }
                FACT_PLACE_NAME => names = SmallVec::from_slice(&[checks.word(value)]),
                key => {
                    if let Some(position) = FACT_KEYS.iter().position(|known| *known == key) {
                        known[position] = checks.word(value);
                    }
                }
            }
        }
        Self { known, names }
    }

    /// What is known under a key; empty when nothing is.
    pub(super) fn known(&self, key: u8) -> &[u32] {
        match &self.known[usize::from(key)] {
            _ if key == PLACE_NAME => &self.names,
            &UNKNOWN => &[],
            known => std::slice::from_ref(known),
        }
    }

    /// The key that a test asks for.
    pub(super) fn key_of(test: &Test) -> u8 {
        match test {
            Test::TimeOfDay(_) => TIME,
            Test::Season(_) => SEASON,
            Test::WorkingDay(_) => DAY_KIND,
            Test::Kind(_) => KIND,
            Test::Fact(position, _) => *position as u8,
        }
    }
}
