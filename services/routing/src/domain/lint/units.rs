//! Units that have the same role: only one of them is ever asked.
use super::ground::Ground;
use super::{Finding, Gather, Severity, sentences};
use crate::domain::codes::{DivisionId, UnitId};
use crate::domain::directory::Unit;
use crate::domain::words::UnitLevel;
use std::collections::{BTreeMap, BTreeSet};

/// Levels at which duties look for roles; platforms, companies and hotlines are named by their codes.
const LEVELS: [UnitLevel; 3] = [UnitLevel::City, UnitLevel::District, UnitLevel::Street];

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    // By the unit that is asked and the one that never is: divisions in which both have a role.
    let mut pairs: BTreeMap<(UnitId, UnitId), BTreeSet<DivisionId>> = BTreeMap::new();
    for (level, division, units) in ground.directory.units.roles() {
        if !LEVELS.contains(&level) {
            continue;
        }
        for (position, first) in units.iter().enumerate() {
            for second in &units[position + 1..] {
                if !gather.step(1) {
                    return;
                }
                if both_valid(ground, *first, *second) {
                    pairs.entry((*first, *second)).or_default().insert(division);
                }
            }
        }
    }
    for ((first, second), divisions) in pairs {
        let units = [first, second].map(|id| ground.directory.units.get(id));
        let divisions: Vec<DivisionId> = divisions.into_iter().collect();
        gather.add(finding(ground, units, &divisions));
    }
}

/// True when a day from now on belongs to both.
fn both_valid(ground: &Ground<'_>, first: UnitId, second: UnitId) -> bool {
    let [first, second] = [first, second].map(|id| ground.directory.units.get(id).validity);
    let begin = first.from().max(second.from()).max(ground.day);
    first.holds(begin) && second.holds(begin)
}

fn finding(ground: &Ground<'_>, units: [&Unit; 2], divisions: &[DivisionId]) -> Finding {
    let [first, second] = units.map(|unit| &unit.row.functions);
    let functions: Vec<&str> = first
        .iter()
        .filter(|code| second.contains(code))
        .map(String::as_str)
        .collect();
    let names = sentences::names(ground, divisions, divisions.len());
    let (en, zh) = sentences::same_role(units, &functions, &names);
    let listed = divisions.iter().take(ground.limits.listed_max);
    Finding {
        units: units.map(|unit| unit.row.code.clone()).to_vec(),
        divisions: listed.map(|id| ground.code_of(*id)).collect(),
        divisions_count: divisions.len(),
        en,
        zh,
        ..ground.about("role_ambiguous", Severity::Error, &[])
    }
}
