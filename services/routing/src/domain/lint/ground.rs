//! What every kind of finding needs: the places where complaints come from, each with its chain, and which duties meet
//! there.
use super::{Finding, Limits, Severity};
use crate::domain::codes::{DivisionId, DutyId, MatterId, UnitId};
use crate::domain::decide::{Chain, NoUnit, chain_of, unit_of};
use crate::domain::directory::{Directory, Duty};
use crate::domain::validity::Day;
use std::collections::{HashMap, HashSet};

/// A division that has no finer one on the day.
pub(super) struct Spot {
    pub division: DivisionId,
    pub chain: Chain,
}

pub(super) struct Ground<'a> {
    pub directory: &'a Directory,
    pub day: Day,
    pub limits: Limits,
    pub spots: Vec<Spot>,
    /// Positions in `spots` whose chain has the division.
    spots_of: HashMap<DivisionId, Vec<usize>>,
    all_spots: Vec<usize>,
    /// Entries without finer ones, below each entry.
    leaves_of: HashMap<MatterId, Vec<MatterId>>,
    all_leaves: Vec<MatterId>,
    /// Finest entries for which some duty says 不派基层.
    forbidden: HashSet<MatterId>,
}

impl<'a> Ground<'a> {
    pub fn new(directory: &'a Directory, day: Day, limits: Limits) -> Self {
        let spots = spots(directory, day);
        let mut spots_of: HashMap<DivisionId, Vec<usize>> = HashMap::new();
        for (position, spot) in spots.iter().enumerate() {
            for division in &spot.chain.divisions {
                spots_of.entry(*division).or_default().push(position);
            }
        }
        let ids: Vec<MatterId> = (0_u32..).map(MatterId).take(directory.matters.len()).collect();
        let parents: Vec<Option<MatterId>> = ids.iter().map(|id| directory.matters.get(*id).parent).collect();
        let all_leaves: Vec<MatterId> = ids
            .into_iter()
            .filter(|id| !parents.contains(&Some(*id)))
            .collect();
        let mut leaves_of: HashMap<MatterId, Vec<MatterId>> = HashMap::new();
        for leaf in &all_leaves {
            for entry in directory.matters.lineage(*leaf) {
                leaves_of.entry(entry).or_default().push(*leaf);
            }
        }
        let ground = Self {
            directory,
            day,
            limits,
            forbidden: HashSet::new(),
            all_spots: (0..spots.len()).collect(),
            spots,
            spots_of,
            leaves_of,
            all_leaves,
        };
        let forbidding = ground.duties().filter(|(_, duty)| duty.row.not_to_grassroots);
        let forbidden = forbidding
            .flat_map(|(_, duty)| ground.leaves_of(duty))
            .copied()
            .collect();
        Self { forbidden, ..ground }
    }

    /// True for an entry for which some duty says 不派基层.
    pub fn is_forbidden(&self, leaf: MatterId) -> bool {
        self.forbidden.contains(&leaf)
    }

    /// Duties that are valid on the day or later.
    pub fn duties(&self) -> impl Iterator<Item = (DutyId, &'a Duty)> {
        let (directory, day) = (self.directory, self.day);
        let ids = (0_u32..).map(DutyId).take(directory.duties.len());
        ids.map(move |id| (id, directory.duties.get(id)))
            .filter(move |(_, duty)| duty.validity.to().is_none_or(|last| last >= day))
    }

    /// The places in a duty's area.
    pub fn spots_of(&self, duty: &Duty) -> &[usize] {
        match duty.division {
            None => &self.all_spots,
            Some(division) => self.inside(division),
        }
    }

    /// The places in a division, or taken over by it.
    pub fn inside(&self, division: DivisionId) -> &[usize] {
        self.spots_of.get(&division).map_or(&[], Vec::as_slice)
    }

    /// The finest entries below a duty's matter.
    pub fn leaves_of(&self, duty: &Duty) -> &[MatterId] {
        match duty.matter {
            None => &self.all_leaves,
            Some(matter) => self.leaves_of.get(&matter).map_or(&[], Vec::as_slice),
        }
    }

    pub fn leaves(&self) -> &[MatterId] {
        &self.all_leaves
    }

    /// Every duty for the matter at the place, whatever its dates and conditions.
    pub fn meeting(&self, matter: MatterId, spot: &Spot) -> impl Iterator<Item = DutyId> {
        let duties = &self.directory.duties;
        let divisions: Vec<Option<DivisionId>> = spot
            .chain
            .divisions
            .iter()
            .copied()
            .map(Some)
            .chain([None])
            .collect();
        let matters = self.directory.matters.lineage(matter).map(Some).chain([None]);
        matters.flat_map(move |matter| {
            divisions
                .clone()
                .into_iter()
                .flat_map(move |division| duties.at(matter, division).iter().copied())
        })
    }

    /// The first day from now on which a duty is valid.
    pub fn first_day(&self, duty: &Duty) -> Day {
        self.day.max(duty.validity.from())
    }

    pub fn lead(&self, duty: &Duty, spot: &Spot, day: Day) -> Result<UnitId, NoUnit> {
        unit_of(self.directory, &spot.chain, &duty.lead, day)
    }

    pub fn code_of(&self, division: DivisionId) -> String {
        self.directory.divisions.get(division).code.clone()
    }

    /// The codes of these places, as many as a finding lists.
    pub fn listed(&self, spots: &[usize]) -> Vec<String> {
        spots
            .iter()
            .take(self.limits.listed_max)
            .map(|position| self.code_of(self.spots[*position].division))
            .collect()
    }

    pub fn name_of(&self, division: DivisionId) -> &'a str {
        &self.directory.divisions.get(division).name
    }

    /// A finding about duties, to be completed.
    pub fn about(&self, code: &'static str, severity: Severity, duties: &[&Duty]) -> Finding {
        Finding {
            code,
            severity,
            duties: duties.iter().map(|duty| duty.row.code.clone()).collect(),
            units: Vec::new(),
            matters: Vec::new(),
            rows: Vec::new(),
            divisions: Vec::new(),
            divisions_count: 0,
            en: String::new(),
            zh: String::new(),
        }
    }
}

/// Valid divisions without valid ones inside. A functional zone without streets of its own is no place: what it has
/// taken over is.
fn spots(directory: &Directory, day: Day) -> Vec<Spot> {
    let valid = |id: &DivisionId| directory.divisions.get(*id).validity.holds(day);
    let parents: HashSet<DivisionId> = directory
        .divisions
        .ids()
        .filter(valid)
        .filter_map(|id| directory.divisions.get(id).parent)
        .collect();
    directory
        .divisions
        .ids()
        .filter(valid)
        .filter(|id| !parents.contains(id) && directory.overlays.of_zone(*id).is_empty())
        .map(|division| Spot {
            division,
            chain: chain_of(directory, division, day),
        })
        .collect()
}
