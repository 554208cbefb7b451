//! Scores: Σ weight × rate + bonuses − deductions (`domain.md` §7), and who stands where among its peers.
use crate::domain::figures::{
    Case, Counted, Figure, PushedStep, Rule, ScoresPolicy, Span, StepRef, Tally, count,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rates of one unit, district, matter, …
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Figures {
    /// What was counted for each figure; without exclusions.
    pub tallies: BTreeMap<Figure, Tally>,
    /// How many countings were left out by exclusions.
    pub excluded: u64,
}

impl Figures {
    /// Counts one thing.
    pub fn add(&mut self, counted: &Counted) {
        if counted.excluded.is_some() {
            self.excluded += 1;
        } else {
            self.tallies
                .entry(counted.figure)
                .or_default()
                .add(counted.points);
        }
    }

    /// The tally of a figure; empty when nothing was counted.
    #[must_use]
    pub fn of(&self, figure: Figure) -> Tally {
        self.tallies.get(&figure).copied().unwrap_or_default()
    }
}

/// A deduction or bonus for one order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Code of the rule.
    pub rule: String,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Anchor of what it is for.
    pub at: DateTime<Utc>,
    /// Change of the score in hundredths of a point; 0 when the rule's cap was reached before.
    pub hundredths: i64,
    /// The supervision step it is for, when it is for one.
    pub step: Option<StepRef>,
}

/// What a unit has in a period.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct UnitScore {
    /// Its name.
    pub name: String,
    /// Its rates.
    pub figures: Figures,
    /// Σ weight × rate in hundredths of a point, of 100 points; `None` when nothing that weighs was counted.
    pub base_hundredths: Option<i64>,
    /// Deductions and bonuses, oldest first.
    pub entries: Vec<Entry>,
}

impl UnitScore {
    /// The score in hundredths of a point; never below 0.
    #[must_use]
    pub fn hundredths(&self) -> Option<i64> {
        let change: i64 = self.entries.iter().map(|entry| entry.hundredths).sum();
        self.base_hundredths.map(|base| (base + change).max(0))
    }
}

/// Adds up cases; [`Scorer::finish`] gives every unit its score. The same cases give the same scores in any order.
#[derive(Clone, Debug)]
pub struct Scorer<'a> {
    policy: &'a ScoresPolicy,
    span: Span,
    now: DateTime<Utc>,
    units: BTreeMap<String, UnitScore>,
}

impl<'a> Scorer<'a> {
    /// Nothing yet.
    #[must_use]
    pub const fn new(policy: &'a ScoresPolicy, span: Span, now: DateTime<Utc>) -> Self {
        Self {
            policy,
            span,
            now,
            units: BTreeMap::new(),
        }
    }

    /// Takes a case in.
    pub fn add(&mut self, case: &Case) {
        let Some(unit) = &case.unit else {
            return;
        };
        let score = self.units.entry(unit.clone()).or_default();
        if let Some(name) = case.unit_name.as_ref().filter(|name| **name > score.name) {
            score.name.clone_from(name);
        }
        for counted in count(case, self.span, self.now, self.policy.basically_percent) {
            score.figures.add(&counted);
            if counted.excluded.is_some() {
                continue;
            }
            for rule in self.policy.rules.iter().filter(|rule| applies(rule, &counted)) {
                score.entries.push(Entry {
                    rule: rule.code.clone(),
                    order_id: case.order_id,
                    order_number: case.order_number.clone(),
                    generation: case.generation,
                    rework: counted.rework,
                    at: counted.at,
                    hundredths: rule.hundredths,
                    step: None,
                });
            }
        }
    }

    /// Takes a rung in that was opened for a unit in the period.
    pub fn add_step(&mut self, pushed: &PushedStep) {
        let here = self.span.has(pushed.at);
        let rules = self.policy.steps.iter();
        for rule in rules.filter(|rule| here && rule.level == pushed.step.level) {
            let score = self.units.entry(pushed.unit.clone()).or_default();
            if pushed.unit_name > score.name {
                score.name.clone_from(&pushed.unit_name);
            }
            score.entries.push(Entry {
                rule: rule.code.clone(),
                order_id: pushed.order_id,
                order_number: pushed.order_number.clone(),
                generation: pushed.generation,
                rework: 0,
                at: pushed.at,
                hundredths: rule.hundredths,
                step: Some(pushed.step.clone()),
            });
        }
    }

    /// Every unit that had a case.
    #[must_use]
    pub fn finish(mut self) -> BTreeMap<String, UnitScore> {
        for score in self.units.values_mut() {
            score.base_hundredths = base(&score.figures, self.policy);
            let key = |e: &Entry| (e.at, e.order_id, e.generation, e.rework, e.rule.clone());
            score.entries.sort_by_key(key);
            cap(&mut score.entries, self.policy);
        }
        self.units
    }
}

const fn applies(rule: &Rule, counted: &Counted) -> bool {
    rule.figure as u8 == counted.figure as u8
        && rule.points_min <= counted.points
        && counted.points <= rule.points_max
}

/// Σ weight × rate over the figures that have a sample, of 100 points. Of faults, what is missing to all counts.
fn base(figures: &Figures, policy: &ScoresPolicy) -> Option<i64> {
    let mut weights = 0_u64;
    let mut sum = 0.0;
    for (figure, weight) in &policy.weights {
        if let Some(percent) = figures.of(*figure).percent() {
            let good = if figure.is_fault() {
                100.0 - percent
            } else {
                percent
            };
            weights += u64::from(*weight);
            sum += f64::from(*weight) * good;
        }
    }
    (weights > 0).then(|| (sum * 100.0 / weights as f64).round() as i64)
}

/// A rule changes no more than its cap: what comes after is listed with nothing.
fn cap(entries: &mut [Entry], policy: &ScoresPolicy) {
    let rules = policy.rules.iter().map(|rule| (&rule.code, rule.cap_hundredths));
    let steps = policy.steps.iter().map(|rule| (&rule.code, rule.cap_hundredths));
    for (code, most) in rules.chain(steps) {
        let mut left = most;
        for entry in entries.iter_mut().filter(|entry| entry.rule == *code) {
            let taken = entry.hundredths.abs().min(left);
            left -= taken;
            entry.hundredths = taken * entry.hundredths.signum();
        }
    }
}

/// Ranks of one peer group, the best first: (rank, unit). Equal scores share a rank; who has too few dispatches or no
/// score has none and stands at the end.
#[must_use]
pub fn ranks<'u>(units: &[(&'u str, &UnitScore)], sample_min: u64) -> Vec<(Option<usize>, &'u str)> {
    let score = |unit: &UnitScore| {
        let enough = unit.figures.of(Figure::Accuracy).of >= sample_min;
        unit.hundredths().filter(|_| enough)
    };
    let mut sorted: Vec<_> = units.iter().map(|(code, unit)| (score(unit), *code)).collect();
    sorted.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let rank = |(n, (score, code)): (usize, &(Option<i64>, &'u str))| {
        let first = sorted.iter().position(|(other, _)| other == score).unwrap_or(n);
        (score.map(|_| first + 1), *code)
    };
    sorted.iter().enumerate().map(rank).collect()
}

#[cfg(test)]
mod tests;
