//! Rule 1: from what was told of the place to the finest known division, or to an honest doubt.
use super::{Chain, Facts, Place};
use crate::domain::codes::DivisionId;
use crate::domain::condition::FACT_PLACE_NAME;
use crate::domain::directory::{Directory, Found};
use crate::domain::validity::Day;

/// How the place was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// By its code.
    Division,
    /// By its coordinates.
    Coordinates,
    /// By names in the address.
    Address,
}

/// The finest known division.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The division.
    pub division: DivisionId,
    /// How it was found.
    pub how: How,
    /// Functional zones without streets of their own whose area holds the point.
    pub zones: Vec<DivisionId>,
    /// Gazetteer entries found in the address.
    pub entries: Vec<u32>,
}

impl Located {
    pub(super) const fn by(how: How, division: DivisionId) -> Self {
        Self {
            division,
            how,
            zones: Vec::new(),
            entries: Vec::new(),
        }
    }
}

/// Why there is no place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Nothing that was told is known.
    Unknown,
    /// It may be any of these.
    Ambiguous(Vec<DivisionId>),
}

/// A division code that was given and does not decide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassedOver {
    /// The code.
    pub code: String,
    /// Why not.
    pub why: NoDivision,
}

/// Why a code is no division on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoDivision {
    /// The directory does not have it.
    Unknown,
    /// It begins on this day.
    NotYetValid(Day),
    /// It ended on this day.
    Ended(Day),
}

/// The division of the code that was given, on that day; `None` when none was given.
pub(super) fn by_code(
    directory: &Directory,
    place: &Place,
    day: Day,
) -> Option<Result<DivisionId, PassedOver>> {
    let code = place.division.as_ref().filter(|code| !code.is_empty())?;
    let found = directory.divisions.find(code).ok_or(NoDivision::Unknown);
    let valid = found.and_then(|id| {
        let validity = directory.divisions.get(id).validity;
        match validity.to() {
            _ if validity.holds(day) => Ok(id),
            Some(last) if last < day => Err(NoDivision::Ended(last)),
            _ => Err(NoDivision::NotYetValid(validity.from())),
        }
    });
    Some(valid.map_err(|why| PassedOver {
        code: code.clone(),
        why,
    }))
}

/// Finds the place: the code, else the coordinates, else the address. A code that is no division on that day is
/// passed over, which the decision says ([`super::Decision::passed_over`]).
pub(super) fn locate(directory: &Directory, place: &Place, day: Day) -> Result<Located, Trouble> {
    if let Some(Ok(division)) = by_code(directory, place, day) {
        return Ok(Located::by(How::Division, division));
    }
    if let Some(located) = place.point.and_then(|point| by_point(directory, point, day)) {
        return Ok(located);
    }
    match &place.address {
        Some(address) => by_address(directory, address, day),
        None => Err(Trouble::Unknown),
    }
}

fn by_point(directory: &Directory, point: (f64, f64), day: Day) -> Option<Located> {
    let is_overlay = |id: &DivisionId| !directory.overlays.of_zone(*id).is_empty();
    let (zones, own): (Vec<_>, Vec<_>) = directory.boundaries.at(point, day).partition(is_overlay);
    let division = own.first().or(zones.first()).copied()?;
    Some(Located {
        zones,
        ..Located::by(How::Coordinates, division)
    })
}

fn by_address(directory: &Directory, address: &str, day: Day) -> Result<Located, Trouble> {
    let found = directory.gazetteer.find(address);
    let candidates = candidates(directory, &found, day);
    match candidates.as_slice() {
        [] => Err(Trouble::Unknown),
        [division] => {
            let here = |position: &u32| {
                directory
                    .divisions
                    .within(*division, directory.gazetteer.entry(*position).division)
            };
            let entries = found
                .places
                .iter()
                .filter_map(|meant| meant.iter().copied().find(here))
                .collect();
            Ok(Located {
                entries,
                ..Located::by(How::Address, *division)
            })
        }
        _ => Err(Trouble::Ambiguous(candidates)),
    }
}

/// The finest divisions that agree with everything the address names; when names contradict each other, all.
fn candidates(directory: &Directory, found: &Found, day: Day) -> Vec<DivisionId> {
    let of_places = found.places.iter().map(|meant| {
        meant
            .iter()
            .map(|position| directory.gazetteer.entry(*position).division)
            .collect::<Vec<_>>()
    });
    // A division that has ended, or has not begun, is not meant.
    let of_divisions = found.divisions.iter().map(|meant| {
        let valid = |id: &DivisionId| directory.divisions.get(*id).validity.holds(day);
        meant.iter().copied().filter(valid).collect::<Vec<_>>()
    });
    let groups: Vec<Vec<DivisionId>> = of_places
        .chain(of_divisions)
        .filter(|group| !group.is_empty())
        .collect();
    let mut all: Vec<DivisionId> = groups.concat();
    all.sort_unstable();
    all.dedup();
    let fits = |id: &DivisionId, group: &Vec<DivisionId>| {
        group.iter().any(|other| agree(directory, *id, *other, day))
    };
    let agreed: Vec<DivisionId> = all
        .iter()
        .copied()
        .filter(|id| groups.iter().all(|group| fits(id, group)))
        .collect();
    let kept = if agreed.is_empty() { all } else { agreed };
    let is_coarser = |id: &DivisionId| {
        kept.iter()
            .any(|other| other != id && covers(directory, *id, *other, day))
    };
    let mut finest: Vec<DivisionId> = kept.iter().copied().filter(|id| !is_coarser(id)).collect();
    finest.sort_unstable();
    finest
}

/// True when one lies in the other.
fn agree(directory: &Directory, a: DivisionId, b: DivisionId, day: Day) -> bool {
    covers(directory, a, b, day) || covers(directory, b, a, day)
}

/// True when `inner` lies in `outer`, or `outer` is a functional zone that has taken it over.
fn covers(directory: &Directory, outer: DivisionId, inner: DivisionId, day: Day) -> bool {
    directory.divisions.within(inner, outer)
        || Chain::of(directory, &Located::by(How::Address, inner), day)
            .divisions
            .contains(&outer)
}

/// The facts that the found entries bring along. Where two entries disagree, neither is believed.
pub(super) fn facts(directory: &Directory, located: &Located) -> Facts {
    let mut facts = Facts::new();
    let mut doubtful: Vec<&str> = Vec::new();
    for position in &located.entries {
        let entry = directory.gazetteer.entry(*position);
        let name = (FACT_PLACE_NAME, entry.name.as_str());
        let brought = entry
            .facts
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        for (key, value) in brought.chain(std::iter::once(name)) {
            let known = facts.entry(key.to_owned()).or_insert_with(|| value.to_owned());
            if known != value {
                doubtful.push(key);
            }
        }
    }
    facts.retain(|key, _| !doubtful.contains(&key.as_str()));
    facts
}
