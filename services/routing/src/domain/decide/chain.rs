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

    /// The division that exercises a function here: the zone that has taken it over, else the district or the
    /// zone with streets of its own. `None` when only the city is known.
    #[must_use]
    pub fn area(&self, directory: &Directory, function: FunctionId) -> Option<DivisionId> {
        let taken = self
            .taken
            .iter()
            .find(|taken| directory.overlays.get(taken.overlay).moves(function));
        taken.map(|taken| taken.zone).or_else(|| {
            self.divisions.iter().copied().find(|id| {
                matches!(
                    directory.divisions.level(*id),
                    DivisionLevel::District | DivisionLevel::Zone
                ) && self.taken.iter().all(|taken| taken.zone != *id)
            })
        })
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
