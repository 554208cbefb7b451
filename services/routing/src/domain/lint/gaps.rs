//! Matters that nobody has somewhere.
use super::ground::{Ground, Spot};
use super::{Finding, Gather, Severity, sentences};
use crate::domain::codes::{DivisionId, MatterId};
use std::collections::HashMap;

/// How well a matter is covered at a place.
enum Cover {
    Always,
    UnderConditions,
    Never,
}

pub(super) fn look(ground: &Ground<'_>, gather: &mut Gather<'_>) {
    for matter in ground.leaves() {
        let (mut never, mut conditional) = (Vec::new(), Vec::new());
        for (position, spot) in ground.spots.iter().enumerate() {
            // Pairs of entry and division that are looked up.
            if !gather.step(4 * (spot.chain.divisions.len() as u64 + 1)) {
                return;
            }
            let (cover, looks) = cover(ground, *matter, spot);
            if !gather.step(looks) {
                return;
            }
            match cover {
                Cover::Always => {}
                Cover::UnderConditions => conditional.push(position),
                Cover::Never => never.push(position),
            }
        }
        for (code, severity, spots) in [
            ("gap", Severity::Warning, never),
            ("gap_conditional", Severity::Information, conditional),
        ] {
            if !spots.is_empty() {
                gather.add(finding(ground, code, severity, *matter, &spots));
            }
        }
    }
}

fn cover(ground: &Ground<'_>, matter: MatterId, spot: &Spot) -> (Cover, u64) {
    let (mut cover, mut looks) = (Cover::Never, 0);
    for id in ground.meeting(matter, spot) {
        looks += 1;
        let duty = ground.directory.duties.get(id);
        if !duty.validity.holds(ground.day) || ground.lead(duty, spot, ground.day).is_err() {
            continue;
        }
        if duty.clauses.is_empty() {
            return (Cover::Always, looks);
        }
        cover = Cover::UnderConditions;
    }
    (cover, looks)
}

fn finding(
    ground: &Ground<'_>,
    code: &'static str,
    severity: Severity,
    matter: MatterId,
    spots: &[usize],
) -> Finding {
    let entry = ground.directory.matters.get(matter);
    let (divisions, count) = areas(ground, spots);
    let names = sentences::names(ground, &divisions, count);
    let (en, zh) = sentences::gap(code, entry, &names);
    Finding {
        matters: vec![entry.code.clone()],
        divisions: divisions
            .iter()
            .take(ground.limits.listed_max)
            .map(|id| ground.code_of(*id))
            .collect(),
        divisions_count: count,
        en,
        zh,
        ..ground.about(code, severity, &[])
    }
}

/// The coarsest divisions that are concerned with all their places.
fn areas(ground: &Ground<'_>, spots: &[usize]) -> (Vec<DivisionId>, usize) {
    let mut concerned: HashMap<DivisionId, usize> = HashMap::new();
    for id in spots
        .iter()
        .flat_map(|position| &ground.spots[*position].chain.divisions)
    {
        *concerned.entry(*id).or_default() += 1;
    }
    let mut areas = Vec::new();
    for position in spots {
        let spot = &ground.spots[*position];
        let is_whole = |id: &&DivisionId| concerned.get(*id) == Some(&ground.inside(**id).len());
        // A zone that has taken over only some functions is not where a place lies.
        let is_area = |id: &&DivisionId| ground.directory.overlays.of_zone(**id).is_empty();
        let mut coarsest_first = spot.chain.divisions.iter().rev();
        let area = coarsest_first.find(|id| is_area(id) && is_whole(id));
        let area = area.copied().unwrap_or(spot.division);
        if !areas.contains(&area) {
            areas.push(area);
        }
    }
    let count = areas.len();
    (areas, count)
}
