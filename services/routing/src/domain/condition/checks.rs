//! All conditions of a directory as numbers: what a decision evaluates.
//!
//! Every value of every clause is one half-open span: a time of day as it is, a season with its last day
//! included, and a word as the span that holds its own number and no other.
use super::circumstances::Circumstances;
use super::{Clause, Held, Test};
use crate::domain::codes::FastMap;
use std::ops::Range;

/// A word that no condition asks for: known, and equal to nothing.
pub(super) const OTHER: u32 = 0;

/// The clauses of one duty: positions in [`Checks`].
pub type ChecksOf = Range<u32>;

/// One clause: which circumstance it asks for, and the spans that it accepts.
#[derive(Clone, Debug)]
struct Check {
    key: u8,
    negated: bool,
    accepted: Range<u32>,
}

/// The conditions of all duties.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    words: FastMap<Box<str>, u32>,
    checks: Vec<Check>,
    accepted: Vec<(u32, u32)>,
}

impl Checks {
    /// Adds the clauses of a duty.
    ///
    /// # Panics
    /// With more than 2³² clauses.
    pub fn add(&mut self, clauses: &[Clause]) -> ChecksOf {
        let begin = position(self.checks.len());
        for clause in clauses {
            let first = position(self.accepted.len());
            self.accept(&clause.test);
            self.checks.push(Check {
                key: Circumstances::key_of(&clause.test),
                negated: clause.negated,
                accepted: first..position(self.accepted.len()),
            });
        }
        begin..position(self.checks.len())
    }

    /// The number of a word; [`OTHER`] when no condition asks for it.
    #[must_use]
    pub fn word(&self, word: &str) -> u32 {
        self.words.get(word).copied().unwrap_or(OTHER)
    }

    /// The first clause that does not hold, counted from 0, and how it fails.
    #[must_use]
    pub fn first_failing(&self, of: &ChecksOf, case: &Circumstances) -> Option<(u8, Held)> {
        let checks = &self.checks[of.start as usize..of.end as usize];
        checks.iter().zip(0_u8..).find_map(|(check, position)| {
            let held = self.holds(check, case);
            (held != Held::Yes).then_some((position, held))
        })
    }

    /// A clause on an unknown fact never holds, neither `=` nor `!=`.
    fn holds(&self, check: &Check, case: &Circumstances) -> Held {
        let known = case.known(check.key);
        if known.is_empty() {
            return Held::Unknown;
        }
        let accepted = &self.accepted[check.accepted.start as usize..check.accepted.end as usize];
        let any = accepted
            .iter()
            .any(|span| known.iter().any(|at| in_span(*span, *at)));
        if any == check.negated { Held::No } else { Held::Yes }
    }

    fn accept(&mut self, test: &Test) {
        let exactly = |number: u32| (number, number + 1);
        match test {
            Test::TimeOfDay(spans) => self
                .accepted
                .extend(spans.iter().map(|(from, to)| (u32::from(*from), u32::from(*to)))),
            Test::Season(spans) => self
                .accepted
                .extend(spans.iter().map(|(from, last)| (day(*from), day(*last) + 1))),
            Test::WorkingDay(kinds) => self
                .accepted
                .extend(kinds.iter().map(|kind| exactly(u32::from(*kind)))),
            Test::Kind(kinds) => self
                .accepted
                .extend(kinds.iter().map(|kind| exactly(*kind as u32))),
            Test::Fact(_, words) => {
                for word in words {
                    let next = position(self.words.len()) + 1;
                    let number = *self.words.entry(Box::from(word.as_str())).or_insert(next);
                    self.accepted.push(exactly(number));
                }
            }
        }
    }
}

/// A (month, day) as a number that grows with the year.
pub(super) const fn day((month, day): (u32, u32)) -> u32 {
    month * 32 + day
}

/// Half-open; an end before or at the beginning wraps around midnight or the year.
const fn in_span((from, to): (u32, u32), at: u32) -> bool {
    if from < to {
        from <= at && at < to
    } else {
        at >= from || at < to
    }
}

fn position(len: usize) -> u32 {
    u32::try_from(len).expect("a directory has fewer than 2³² clauses and values")
}
