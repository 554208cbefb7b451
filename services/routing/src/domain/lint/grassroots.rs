//! Duties of street offices that decide some cases, and not those where another duty says 不派基层.
use super::ground::Ground;
use super::never_wins::{WINNERS_MAX, beaten_at};
use super::{Finding, Gather, Severity, sentences};
use crate::domain::codes::{DivisionId, DutyId, MatterId};
use crate::domain::directory::{Duty, Party};
use crate::domain::words::{RoleLevel, UnitLevel};

/// Where and for which matters nothing but 不派基层 keeps the duty from deciding: one finding with all of them. False when
/// the work has reached its bound.
pub(super) fn look_at(ground: &Ground<'_>, id: DutyId, duty: &Duty, gather: &mut Gather<'_>) -> bool {
    let may_be_street = match duty.lead {
        Party::Unit(unit) => ground.directory.units.level(unit) == UnitLevel::Street,
        Party::Role(_, level) => level == RoleLevel::Street,
    };
    if !may_be_street {
        return true;
    }
    let mut kept: Vec<(MatterId, Vec<usize>)> = Vec::new();
    let mut forbidding: Vec<DutyId> = Vec::new();
    for matter in ground
        .leaves_of(duty)
        .iter()
        .filter(|leaf| ground.is_forbidden(**leaf))
    {
        let mut places = Vec::new();
        for position in ground.spots_of(duty) {
            let (beaten, looks) = beaten_at(ground, id, duty, *matter, &ground.spots[*position]);
            if !gather.step(looks) {
                return false;
            }
            // What ranks above it would decide there anyway.
            if let (Some(other), None) = (beaten.grassroots, beaten.by) {
                places.push(*position);
                if forbidding.len() < WINNERS_MAX && !forbidding.contains(&other) {
                    forbidding.push(other);
                }
            }
        }
        if !places.is_empty() {
            kept.push((*matter, places));
        }
    }
    if !kept.is_empty() {
        gather.add(finding(ground, duty, &kept, &forbidding));
    }
    true
}

fn finding(
    ground: &Ground<'_>,
    duty: &Duty,
    kept: &[(MatterId, Vec<usize>)],
    forbidding: &[DutyId],
) -> Finding {
    let forbidding: Vec<&Duty> = forbidding
        .iter()
        .map(|id| ground.directory.duties.get(*id))
        .collect();
    let division = |position: &usize| ground.spots[*position].division;
    let pairs: Vec<(MatterId, Vec<DivisionId>)> = kept
        .iter()
        .map(|(matter, places)| (*matter, places.iter().map(division).collect()))
        .collect();
    let mut places: Vec<usize> = kept.iter().flat_map(|(_, places)| places).copied().collect();
    places.sort_unstable();
    places.dedup();
    let (en, zh) = sentences::kept_from_grassroots(ground, duty, &forbidding, &pairs);
    let mut rows = vec![duty];
    rows.extend(forbidding.iter().filter(|other| other.row.code != duty.row.code));
    Finding {
        matters: kept
            .iter()
            .map(|(matter, _)| ground.directory.matters.get(*matter).code.clone())
            .collect(),
        divisions: ground.listed(&places),
        divisions_count: places.len(),
        en,
        zh,
        ..ground.about("grassroots", Severity::Warning, &rows)
    }
}
