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
//! | `grassroots` | warning | the lead is a street office where a duty says 不派基层 |
//! | `reference_expires` | warning | a unit or division ends before the duty that names it |
//!
//! The work is bounded: beyond [`Limits`] the report says that it is not complete.
mod clauses;
mod conflicts;
mod gaps;
mod ground;
mod never_wins;
mod references;
mod roles;
mod sentences;
#[cfg(test)]
mod tests;

use crate::domain::directory::Directory;
use crate::domain::validity::Day;
use chrono::NaiveDate;
use ground::Ground;
use serde::Serialize;
use std::collections::BTreeMap;

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
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
    pub fn key(&self) -> (&'static str, Severity, Vec<String>, Vec<String>, Vec<String>) {
        (
            self.code,
            self.severity,
            self.duties.clone(),
            self.units.clone(),
            self.matters.clone(),
        )
    }
}

/// Bounds of the work and of the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Findings of one code that are listed.
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
    let ground = Ground::new(directory, Day::from(on), limits);
    let mut gather = Gather::new(limits);
    gather.run("gap", |gather| gaps::look(&ground, gather));
    gather.run("conflict", |gather| conflicts::look(&ground, gather));
    gather.run("never_wins", |gather| never_wins::look(&ground, gather));
    gather.run("reference_expires", |gather| references::look(&ground, gather));
    gather.run("role_unresolved", |gather| roles::look(&ground, gather));
    gather.report(on)
}

/// Findings so far, and how much work is left for the kind that is looked for.
struct Gather {
    limits: Limits,
    findings: Vec<Finding>,
    counts: BTreeMap<&'static str, usize>,
    steps_left: u64,
    incomplete: Vec<&'static str>,
}

impl Gather {
    const fn new(limits: Limits) -> Self {
        Self {
            limits,
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
        if *count <= self.limits.findings_max {
            self.findings.push(finding);
        }
    }

    fn report(mut self, on: NaiveDate) -> Report {
        let place = |finding: &Finding| (finding.severity, finding.code);
        self.findings.sort_by(|a, b| place(a).cmp(&place(b)));
        Report {
            on,
            findings: self.findings,
            counts: self.counts,
            truncated: !self.incomplete.is_empty(),
            incomplete: self.incomplete,
        }
    }
}
