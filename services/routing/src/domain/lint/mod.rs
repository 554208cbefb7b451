//! Lint 目录体检: what is doubtful in a directory, found without a case. Every finding names its rows.
//!
//! | Code | Severity | What |
//! |---|---|---|
//! | `conflict` | error | two duties are equal in precedence, name different leads, and a case exists in which both fit |
//! | `lead_expired` | error | the unit that a duty names has ended, the duty has not |
//! | `role_unresolved` | error, or warning when only in places | no valid unit has the role that a duty names |
//! | `gap` | warning | a matter has no valid duty in some area |
//! | `gap_conditional` | information | a matter has only duties with conditions in some area |
//! | `never_wins` | warning | whatever the case, another duty decides, or the conditions cannot hold |
//! | `grassroots` | warning | the lead is a street office where a duty says 不派基层: everywhere, or for the matters and places named |
//! | `reference_expires` | warning | a unit or division ends before what names it: a duty, a unit, what a zone has taken over, a class of the intake scope, a name of a place |
//! | `reference_begins` | warning | the unit that a duty names begins later than the duty |
//! | `calendar_year_missing` | warning | the days off of this year, or of one that begins within 60 days, are not here |
//! | `role_ambiguous` | error | two valid units have the same role in one division, and only the order of their codes decides |
//!
//! The work is bounded: beyond [`Limits`] the report says that it is not complete.
mod calendar;
mod clauses;
mod conflicts;
mod gaps;
mod grassroots;
mod ground;
mod never_wins;
mod references;
mod roles;
mod sentences;
#[cfg(test)]
mod tests;
mod units;

use crate::domain::directory::Directory;
use crate::domain::validity::Day;
use chrono::NaiveDate;
use ground::Ground;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It blocks a publication, unless the version before has it too or a person says why it may stay.
    Error,
    /// Somebody should look at it.
    Warning,
    /// Good to know.
    Information,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Stable code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// 条目编号 of the duties it is about.
    pub duties: Vec<String>,
    /// 单位编码.
    pub units: Vec<String>,
    /// 事项编码.
    pub matters: Vec<String>,
    /// Rows of other tables, such as `overlays.csv:OV003`.
    pub rows: Vec<String>,
    /// 区划编码; at most [`Limits::listed_max`] of them.
    pub divisions: Vec<String>,
    /// How many divisions there are, listed or not.
    pub divisions_count: usize,
    /// An English sentence.
    pub en: String,
    /// 中文.
    pub zh: String,
}

impl Finding {
    /// The same for the same finding of another version.
    #[must_use]
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.code, self.severity).hash(&mut hasher);
        (&self.duties, &self.units, &self.matters, &self.rows).hash(&mut hasher);
        hasher.finish()
    }
}

/// Bounds of the work and of the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Findings of one code that are listed; beyond them only errors that are new, as many again.
    pub findings_max: usize,
    /// Divisions that one finding lists.
    pub listed_max: usize,
    /// Looks at a duty, a place or a pair, per kind of finding.
    pub steps_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            findings_max: 500,
            listed_max: 20,
            steps_max: 10_000_000,
        }
    }
}

/// What a lint found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// The day for which it was asked.
    pub on: NaiveDate,
    /// Errors first, then by code.
    pub findings: Vec<Finding>,
    /// How many of each code there are, listed or not.
    pub counts: BTreeMap<&'static str, usize>,
    /// How many errors the version before does not have, listed or not.
    pub new_errors: usize,
    /// The keys of all findings, listed or not.
    #[serde(skip)]
    pub keys: HashSet<u64>,
    /// True when the work reached its bound: there may be more of the kinds in `incomplete`.
    pub truncated: bool,
    /// Kinds of findings that were not looked for everywhere.
    pub incomplete: Vec<&'static str>,
}

impl Report {
    /// The findings that block a publication.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }
}

/// Looks over a directory as of a day.
#[must_use]
pub fn lint(directory: &Directory, on: NaiveDate, limits: Limits) -> Report {
    lint_beside(directory, on, limits, &HashSet::new())
}

/// Looks over a directory as of a day; `known` are the keys of what the version before has too.
#[must_use]
pub fn lint_beside(directory: &Directory, on: NaiveDate, limits: Limits, known: &HashSet<u64>) -> Report {
    let ground = Ground::new(directory, Day::from(on), limits);
    let mut gather = Gather::new(limits, known);
    gather.run("gap", |gather| gaps::look(&ground, gather));
    gather.run("conflict", |gather| conflicts::look(&ground, gather));
    gather.run("never_wins", |gather| never_wins::look(&ground, gather));
    gather.run("reference_expires", |gather| references::look(&ground, gather));
    gather.run("role_unresolved", |gather| roles::look(&ground, gather));
    gather.run("role_ambiguous", |gather| units::look(&ground, gather));
    gather.run("calendar_year_missing", |gather| calendar::look(&ground, gather));
    gather.report(on)
}

/// Findings so far, and how much work is left for the kind that is looked for.
struct Gather<'a> {
    limits: Limits,
    known: &'a HashSet<u64>,
    keys: HashSet<u64>,
    new_errors: usize,
    findings: Vec<Finding>,
    counts: BTreeMap<&'static str, usize>,
    steps_left: u64,
    incomplete: Vec<&'static str>,
}

impl<'a> Gather<'a> {
    fn new(limits: Limits, known: &'a HashSet<u64>) -> Self {
        Self {
            limits,
            known,
            keys: HashSet::new(),
            new_errors: 0,
            findings: Vec::new(),
            counts: BTreeMap::new(),
            steps_left: 0,
            incomplete: Vec::new(),
        }
    }

    fn run(&mut self, kind: &'static str, look: impl FnOnce(&mut Self)) {
        self.steps_left = self.limits.steps_max;
        look(self);
        if self.steps_left == 0 {
            self.incomplete.push(kind);
        }
    }

    /// Pays for some work; false when nothing is left.
    const fn step(&mut self, cost: u64) -> bool {
        self.steps_left = self.steps_left.saturating_sub(cost);
        self.steps_left > 0
    }

    fn add(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.code).or_default();
        *count += 1;
        let key = finding.key();
        let is_new_error = finding.severity == Severity::Error && !self.known.contains(&key);
        self.keys.insert(key);
        self.new_errors += usize::from(is_new_error);
        // What blocks a publication is named although there are many that do not.
        let is_named = is_new_error && self.new_errors <= self.limits.findings_max;
        if *count <= self.limits.findings_max || is_named {
            self.findings.push(finding);
        }
    }

    fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.add(finding));
    }

    fn report(mut self, on: NaiveDate) -> Report {
        let place = |finding: &Finding| (finding.severity, finding.code);
        self.findings.sort_by(|a, b| place(a).cmp(&place(b)));
        Report {
            on,
            findings: self.findings,
            counts: self.counts,
            new_errors: self.new_errors,
            keys: self.keys,
            truncated: !self.incomplete.is_empty(),
            incomplete: self.incomplete,
        }
    }
}
