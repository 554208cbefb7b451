//! Conditions as sets: can two of them hold in one case, does one hold whenever the other does, and in which case.
use crate::domain::condition::{Clause, FACT_KEYS, FACT_TIME, Test};
use crate::domain::directory::Directory;
use crate::domain::validity::Day;
use chrono::{Datelike, NaiveDate};
use contracts::words::Kind;
use std::collections::{BTreeMap, BTreeSet};

const MINUTES: u16 = 24 * 60;
/// A day of any year must come within this many.
const SEARCH_DAYS: i32 = 800;
/// A value that no list has: holds for a clause that only forbids.
const ANOTHER: &str = "其他";

/// A case that fits some clauses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Case {
    pub day: NaiveDate,
    pub kind: Kind,
    pub facts: BTreeMap<String, String>,
}

const KINDS: [Kind; 8] = [
    Kind::Grievance,
    Kind::Help,
    Kind::Consultation,
    Kind::Suggestion,
    Kind::Criticism,
    Kind::Report,
    Kind::Praise,
    Kind::Other,
];

/// A case in which all the clauses hold, on a day from `from` to `to`; `None` when there is none.
pub(super) fn case(directory: &Directory, clauses: &[&Clause], from: Day, to: Option<Day>) -> Option<Case> {
    let kind = KINDS
        .into_iter()
        .find(|kind| clauses.iter().all(|clause| allows_kind(clause, *kind)))?;
    let mut facts = BTreeMap::new();
    if clauses
        .iter()
        .any(|clause| matches!(clause.test, Test::TimeOfDay(_)))
    {
        let minute =
            (0..MINUTES).find(|minute| clauses.iter().all(|clause| allows_minute(clause, *minute)))?;
        facts.insert(
            FACT_TIME.to_owned(),
            format!("{:02}:{:02}", minute / 60, minute % 60),
        );
    }
    for (position, key) in FACT_KEYS.into_iter().enumerate() {
        let about: Vec<&Clause> = clauses
            .iter()
            .copied()
            .filter(|clause| matches!(&clause.test, Test::Fact(fact, _) if *fact == position))
            .collect();
        if !about.is_empty() {
            facts.insert(key.to_owned(), value(&about)?);
        }
    }
    let last = to.map_or(from.0.saturating_add(SEARCH_DAYS), |to| {
        to.0.min(from.0.saturating_add(SEARCH_DAYS))
    });
    let day = (from.0..=last)
        .map(|day| Day(day).date())
        .find(|day| clauses.iter().all(|clause| allows_day(directory, clause, *day)))?;
    Some(Case { day, kind, facts })
}

/// A value of one fact that all its clauses allow.
fn value(clauses: &[&Clause]) -> Option<String> {
    let mut wanted: Option<BTreeSet<&str>> = None;
    let mut forbidden: BTreeSet<&str> = BTreeSet::new();
    for clause in clauses {
        let Test::Fact(_, values) = &clause.test else {
            continue;
        };
        let values: BTreeSet<&str> = values.iter().map(String::as_str).collect();
        if clause.negated {
            forbidden.extend(values);
        } else {
            wanted = Some(match wanted {
                None => values,
                Some(before) => before.intersection(&values).copied().collect(),
            });
        }
    }
    match wanted {
        Some(wanted) => wanted
            .difference(&forbidden)
            .next()
            .map(|value| (*value).to_owned()),
        None if forbidden.contains(ANOTHER) => Some(format!("{ANOTHER}{}", forbidden.len())),
        None => Some(ANOTHER.to_owned()),
    }
}

fn allows_kind(clause: &Clause, kind: Kind) -> bool {
    match &clause.test {
        Test::Kind(kinds) => kinds.contains(&kind) != clause.negated,
        _ => true,
    }
}

fn allows_minute(clause: &Clause, minute: u16) -> bool {
    let within = |(from, to): &(u16, u16)| {
        if from < to {
            (*from..*to).contains(&minute)
        } else {
            minute >= *from || minute < *to
        }
    };
    match &clause.test {
        Test::TimeOfDay(spans) => spans.iter().any(within) != clause.negated,
        _ => true,
    }
}

fn allows_day(directory: &Directory, clause: &Clause, day: NaiveDate) -> bool {
    match &clause.test {
        Test::Season(_) => allows_date(clause, (day.month(), day.day())),
        Test::WorkingDay(kinds) => kinds.contains(&directory.is_working_day(day)) != clause.negated,
        _ => true,
    }
}

fn allows_date(clause: &Clause, at: (u32, u32)) -> bool {
    let within = |(from, to): &((u32, u32), (u32, u32))| {
        if from <= to {
            (*from..=*to).contains(&at)
        } else {
            at >= *from || at <= *to
        }
    };
    match &clause.test {
        Test::Season(spans) => spans.iter().any(within) != clause.negated,
        _ => true,
    }
}

/// True when `then` holds in every case in which all of `when` hold. May say no where it is so; never the other way.
pub(super) fn implied(when: &[Clause], then: &Clause) -> bool {
    when.iter().any(|clause| implies(clause, then))
}

fn implies(when: &Clause, then: &Clause) -> bool {
    match (&when.test, &then.test) {
        (Test::Fact(key, values), Test::Fact(other, others)) if key == other => {
            match (when.negated, then.negated) {
                (false, false) => values.iter().all(|value| others.contains(value)),
                (false, true) => values.iter().all(|value| !others.contains(value)),
                (true, true) => others.iter().all(|value| values.contains(value)),
                (true, false) => false,
            }
        }
        (Test::Kind(_), Test::Kind(_)) => KINDS
            .into_iter()
            .all(|kind| !allows_kind(when, kind) || allows_kind(then, kind)),
        (Test::TimeOfDay(_), Test::TimeOfDay(_)) => {
            (0..MINUTES).all(|minute| !allows_minute(when, minute) || allows_minute(then, minute))
        }
        (Test::WorkingDay(kinds), Test::WorkingDay(others)) => [true, false]
            .into_iter()
            .filter(|kind| kinds.contains(kind) != when.negated)
            .all(|kind| others.contains(&kind) != then.negated),
        (Test::Season(_), Test::Season(_)) => {
            let days = (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day)));
            days.into_iter()
                .all(|day| !allows_date(when, day) || allows_date(then, day))
        }
        _ => false,
    }
}
