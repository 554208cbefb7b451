//! From the scores of units to the lines of a table with ranks.
use crate::domain::figures::{Names, ScoresPolicy, UnitScore, ranks};
use crate::store::scores::LineRow;
use std::collections::BTreeMap;

/// Lines of all units, by unit.
pub(super) fn lines(
    units: &BTreeMap<String, UnitScore>,
    names: &Names,
    policy: &ScoresPolicy,
) -> Vec<LineRow> {
    let mut groups: BTreeMap<&str, Vec<(&str, &UnitScore)>> = BTreeMap::new();
    for (code, unit) in units {
        let level = names.units.get(code).map(|entry| entry.level.as_str());
        let group = policy.group_of(code, level);
        groups.entry(group).or_default().push((code, unit));
    }
    let mut found: Vec<LineRow> = Vec::with_capacity(units.len());
    for (group, members) in groups {
        for (rank, code) in ranks(&members, policy.sample_min) {
            found.push(line(code, &units[code], group, rank));
        }
    }
    found.sort_by(|a, b| a.unit.cmp(&b.unit));
    found
}

fn line(code: &str, unit: &UnitScore, group: &str, rank: Option<usize>) -> LineRow {
    let sum = |sign: i64| {
        let of_sign = unit
            .entries
            .iter()
            .filter(|entry| entry.hundredths.signum() == sign);
        of_sign.map(|entry| entry.hundredths).sum()
    };
    LineRow {
        unit: code.to_owned(),
        name: unit.name.clone(),
        peer_group: group.to_owned(),
        rank: rank.and_then(|rank| i32::try_from(rank).ok()),
        hundredths: unit.hundredths(),
        base_hundredths: unit.base_hundredths,
        deducted_hundredths: sum(-1),
        bonus_hundredths: sum(1),
        excluded: i64::try_from(unit.figures.excluded).unwrap_or(i64::MAX),
        tallies: unit.figures.tallies.clone(),
    }
}
