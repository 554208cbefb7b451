//! The place chain: the place, its ancestors, and the functional zone that covers it on the day.
use super::Located;
use crate::domain::codes::{DivisionId, FunctionId, OverlayId};
use crate::domain::directory::Directory;
use crate::domain::validity::Day;
use crate::domain::words::DivisionLevel;
use smallvec::SmallVec;

/// Every division whose duties apply at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    /// Finest first; a replaced district is not in it.
    pub divisions: SmallVec<[DivisionId; 6]>,
    /// The overlay items that apply.
    pub taken: SmallVec<[Taken; 2]>,
    /// The district or county that a zone has replaced completely.
    pub removed: Option<DivisionId>,
}

/// One overlay item that applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The item.
    pub overlay: OverlayId,
    /// Its zone.
    pub zone: DivisionId,
}

impl Chain {
    /// Builds the chain of a place on a day.
    #[must_use]
    pub fn of(directory: &Directory, located: &Located, day: Day) -> Self {
        if is_overlay_zone(directory, located.division) {
            return Self::of_zone(directory, located.division, day);
        }
        let mut divisions: SmallVec<[DivisionId; 6]> =
            directory.divisions.lineage(located.division).collect();
        let taken = taken(directory, located, &divisions, day);
        if taken.is_empty() {
            return Self {
                divisions,
                taken,
                removed: None,
            };
        }
        let full = taken.iter().map(|taken| directory.overlays.get(taken.overlay));
        let removed = full
            .filter(|overlay| overlay.functions.is_none())
            .map(|overlay| overlay.origin)
            .next();
        divisions.retain(|id| Some(*id) != removed);
        let coarse = |id: &DivisionId| directory.divisions.level(*id) < DivisionLevel::Street;
        let mut at = divisions.iter().position(coarse).unwrap_or(divisions.len());
        for taken in &taken {
            if !divisions.contains(&taken.zone) {
                divisions.insert(at, taken.zone);
                at += 1;
            }
        }
        Self {
            divisions,
            taken,
            removed,
        }
    }

    /// Nothing finer is known than a zone without streets of its own. It stands for what its items have moved; for
    /// the rest stands the district that they all come from, if there is one and it was not replaced.
    fn of_zone(directory: &Directory, zone: DivisionId, day: Day) -> Self {
        let taken = kinds(directory, zone, day);
        let item = |taken: &Taken| directory.overlays.get(taken.overlay);
        let origin = taken.first().map(|first| item(first).origin);
        let is_whole = |taken: &Taken| item(taken).functions.is_none();
        let origin = origin.filter(|origin| {
            let stays = |taken: &Taken| item(taken).origin == *origin && !is_whole(taken);
            taken.iter().all(stays)
        });
        let mut divisions: SmallVec<[DivisionId; 6]> = SmallVec::from_slice(&[zone]);
        let above = directory.divisions.lineage(origin.unwrap_or(zone));
        divisions.extend(above.filter(|id| *id != zone));
        Self {
            divisions,
            taken,
            removed: None,
        }
    }

    /// The division that exercises a function here: the zone that has taken it over, else the district or the
    /// zone with streets of its own. `None` when only the city is known, or only a zone that has taken the function
    /// over in some of its parts.
    #[must_use]
    pub fn area(&self, directory: &Directory, function: FunctionId) -> Option<DivisionId> {
        let moves = |taken: &&Taken| directory.overlays.get(taken.overlay).moves(function);
        let Some(Taken { zone, .. }) = self.taken.iter().find(moves) else {
            return self
                .divisions
                .iter()
                .copied()
                .find(|id| match directory.divisions.level(*id) {
                    DivisionLevel::District => true,
                    DivisionLevel::Zone => !is_overlay_zone(directory, *id),
                    _ => false,
                });
        };
        let is_all_we_know = self.divisions.first() == Some(zone);
        (!is_all_we_know || self.taken.iter().all(|taken| moves(&taken))).then_some(*zone)
    }

    /// The first division of a level.
    #[must_use]
    pub fn at_level(&self, directory: &Directory, level: DivisionLevel) -> Option<DivisionId> {
        self.divisions
            .iter()
            .copied()
            .find(|id| directory.divisions.level(*id) == level)
    }
}

/// True for a functional zone without streets of its own: it is there through what it has taken over, on any day.
fn is_overlay_zone(directory: &Directory, division: DivisionId) -> bool {
    directory.divisions.level(division) == DivisionLevel::Zone
        && !directory.overlays.of_zone(division).is_empty()
}

/// What a zone has taken over on a day: one item for each difference in functions or origin.
fn kinds(directory: &Directory, zone: DivisionId, day: Day) -> SmallVec<[Taken; 2]> {
    let mut kinds: SmallVec<[Taken; 2]> = SmallVec::new();
    for overlay in valid_items(directory, zone, day) {
        let item = directory.overlays.get(overlay);
        let is_alike = |taken: &Taken| {
            let other = directory.overlays.get(taken.overlay);
            (&other.functions, other.origin) == (&item.functions, item.origin)
        };
        if !kinds.iter().any(is_alike) {
            kinds.push(Taken { overlay, zone });
        }
    }
    kinds
}

fn valid_items(directory: &Directory, zone: DivisionId, day: Day) -> impl Iterator<Item = OverlayId> {
    let items = directory.overlays.of_zone(zone).iter().copied();
    items.filter(move |id| directory.overlays.get(*id).validity.holds(day))
}

/// The divisions that a place may be in of which only a zone without streets of its own is known, when it matters
/// which: the zone has not taken over the same everywhere.
pub(super) fn parts(directory: &Directory, located: &Located, day: Day) -> Vec<DivisionId> {
    let zone = located.division;
    if !is_overlay_zone(directory, zone) {
        return Vec::new();
    }
    let kinds = kinds(directory, zone, day);
    let is_whole = |taken: &Taken| directory.overlays.get(taken.overlay).functions.is_none();
    if kinds.len() < 2 || kinds.iter().all(is_whole) {
        return Vec::new();
    }
    let mut parts: Vec<DivisionId> = valid_items(directory, zone, day)
        .map(|id| directory.overlays.get(id).division)
        .filter(|id| directory.divisions.get(*id).validity.holds(day))
        .collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

fn taken(directory: &Directory, located: &Located, lineage: &[DivisionId], day: Day) -> SmallVec<[Taken; 2]> {
    let valid = |id: &&OverlayId| directory.overlays.get(**id).validity.holds(day);
    let mut taken: SmallVec<[Taken; 2]> = SmallVec::new();
    for overlay in lineage
        .iter()
        .flat_map(|id| directory.overlays.of(*id))
        .filter(valid)
    {
        taken.push(Taken {
            overlay: *overlay,
            zone: directory.overlays.get(*overlay).zone,
        });
    }
    // A point may be known to lie in a zone although its street or community is not on the map.
    for zone in &located.zones {
        let inside = |id: &&OverlayId| {
            directory
                .divisions
                .within(directory.overlays.get(**id).division, located.division)
        };
        let items: Vec<OverlayId> = directory
            .overlays
            .of_zone(*zone)
            .iter()
            .filter(valid)
            .filter(inside)
            .copied()
            .collect();
        let functions = |id: &OverlayId| &directory.overlays.get(*id).functions;
        let Some(first) = items.first() else { continue };
        let alike = items.iter().all(|id| functions(id) == functions(first));
        if alike && taken.iter().all(|taken| taken.zone != *zone) {
            taken.push(Taken {
                overlay: *first,
                zone: *zone,
            });
        }
    }
    taken
}
