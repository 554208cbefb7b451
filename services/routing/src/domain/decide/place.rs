//! Rule 1: from what was told of the place to the finest known division, or to an honest doubt.
use super::evidence::{Group, Told, finest, is_settled, meet};
use super::{Chain, Place};
use crate::domain::codes::DivisionId;
use crate::domain::condition::{FACT_KEYS, PlaceFacts};
use crate::domain::directory::Directory;
use crate::domain::validity::Day;
use crate::domain::words::DivisionLevel;
use smallvec::SmallVec;

/// A named place so near to a point tells which division the point is in, where no polygon does.
const NEAR_METRES: f64 = 100.0;

/// How the place was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// By its code.
    Division,
    /// By its coordinates.
    Coordinates,
    /// By names in the address.
    Address,
    /// By names in what was said beside the address.
    Hints,
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
    /// Gazetteer entries found in the address, or in the hints as far as they were needed.
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
    /// It may be any of these, in the order of their ids.
    Ambiguous(Vec<Located>),
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

/// Finds the place. A code decides where it is, and the address only what else is known of it. A code that is no
/// division on that day is passed over; what it lay in counts only where nothing else is known. Else the finest area
/// on the map that holds the point, narrowed by the address, and as long as the street is not known by the nearest
/// named place and by the hints, in this order. What contradicts stronger evidence is not believed; equally strong
/// evidence that contradicts itself is an honest doubt.
pub(super) fn locate(directory: &Directory, place: &Place, day: Day) -> Result<Located, Trouble> {
    if let Some(Ok(division)) = by_code(directory, place, day) {
        let told = place
            .address
            .as_ref()
            .map(|address| Told::new(directory, day, address));
        return Ok(Located {
            entries: told.iter().flat_map(|told| told.entries(division)).collect(),
            ..Located::by(How::Division, division)
        });
    }
    let (areas, zones) = on_the_map(directory, place, day);
    let mut search = Search {
        directory,
        day,
        how: How::Coordinates,
        known: areas,
        told: SmallVec::new(),
    };
    if let Some(address) = &place.address {
        search.read(How::Address, address);
    }
    if !is_settled(directory, &search.known) {
        search.look_around(place);
    }
    for hint in &place.hints {
        if !is_settled(directory, &search.known) {
            search.read(How::Hints, hint);
        }
    }
    match search.end(&zones) {
        Err(Trouble::Unknown) => above(directory, place, day).ok_or(Trouble::Unknown),
        found => found,
    }
}

/// What a code lies in that is no division on that day: the street of a community that has ended is still there.
fn above(directory: &Directory, place: &Place, day: Day) -> Option<Located> {
    let division = directory.divisions.find(place.division.as_ref()?)?;
    let is_there = |id: &DivisionId| {
        let row = directory.divisions.get(*id);
        row.validity.holds(day) && row.level > DivisionLevel::City
    };
    let found = directory.divisions.lineage(division).find(is_there)?;
    Some(Located::by(How::Division, found))
}

/// What is known so far.
struct Search<'a> {
    directory: &'a Directory,
    day: Day,
    how: How,
    known: Group,
    told: SmallVec<[Told<'a>; 2]>,
}

impl Search<'_> {
    fn read(&mut self, how: How, text: &str) {
        let told = Told::new(self.directory, self.day, text);
        let narrowed = told.narrow(self.known.clone(), how == How::Hints);
        let known = finest(self.directory, self.day, &narrowed);
        if known != self.known {
            self.how = how;
            self.known = known;
        }
        self.told.push(told);
    }

    /// The division of the named place nearest to the point, if it is near and agrees.
    fn look_around(&mut self, place: &Place) {
        let nearest = place
            .point
            .and_then(|point| self.directory.gazetteer.nearest(point));
        let Some((entry, _)) = nearest.filter(|(_, metres)| *metres <= NEAR_METRES) else {
            return;
        };
        let there = self.directory.gazetteer.entry(entry).division;
        let known = meet(
            self.directory,
            self.day,
            &self.known,
            &Group::from_slice(&[there]),
        );
        if !known.is_empty() && known != self.known {
            self.how = How::Coordinates;
            self.known = known;
        }
    }

    fn end(&self, zones: &[DivisionId]) -> Result<Located, Trouble> {
        let located = |division: &DivisionId| Located {
            division: *division,
            how: self.how,
            zones: zones.to_vec(),
            entries: self
                .told
                .iter()
                .flat_map(|told| told.entries(*division))
                .collect(),
        };
        match self.known.as_slice() {
            [] => Err(Trouble::Unknown),
            [one] => Ok(located(one)),
            several => Err(Trouble::Ambiguous(several.iter().map(located).collect())),
        }
    }
}

/// The finest areas that hold the point, several where areas of one level overlap; and the zones without streets of
/// their own that hold it.
fn on_the_map(directory: &Directory, place: &Place, day: Day) -> (Group, Vec<DivisionId>) {
    let is_overlay = |id: &DivisionId| !directory.overlays.of_zone(*id).is_empty();
    let areas = place
        .point
        .map(|point| directory.boundaries.at(point, day))
        .unwrap_or_default();
    let (zones, own): (Vec<DivisionId>, Vec<DivisionId>) = areas.into_iter().partition(is_overlay);
    let candidates = if own.is_empty() { &zones } else { &own };
    let level = |id: &DivisionId| directory.divisions.level(*id);
    let finest = candidates.first().map(level);
    let known = candidates.iter().copied().filter(|id| Some(level(id)) == finest);
    (known.collect(), zones)
}

/// The facts that the found entries bring along. Where two entries disagree, neither is believed; but a place may
/// have several names.
pub(super) fn facts(directory: &Directory, located: &Located) -> PlaceFacts {
    let mut known = PlaceFacts::default();
    let mut doubtful: SmallVec<[u8; 4]> = SmallVec::new();
    let checks = directory.duties.checks();
    for position in &located.entries {
        let entry = directory.gazetteer.entry(*position);
        let name = checks.word(&entry.name);
        if !known.names.contains(&name) {
            known.names.push(name);
        }
        for (key, at) in FACT_KEYS.iter().zip(0_u8..) {
            let Some(word) = entry.facts.get(*key).map(|word| checks.word(word)) else {
                continue;
            };
            match known.facts.iter().find(|(known, _)| *known == at) {
                None => known.facts.push((at, word)),
                Some((_, other)) if *other != word => doubtful.push(at),
                Some(_) => {}
            }
        }
    }
    known.facts.retain(|(key, _)| !doubtful.contains(key));
    known
}

/// The finest division whose duties apply at all of the places.
pub(super) fn common(directory: &Directory, chains: &[&Chain]) -> Option<DivisionId> {
    let (first, others) = chains.split_first()?;
    let everywhere = |id: &DivisionId| others.iter().all(|chain| chain.divisions.contains(id));
    let mut common: Vec<DivisionId> = first.divisions.iter().copied().filter(everywhere).collect();
    common.sort_by_key(|id| std::cmp::Reverse(directory.divisions.level(*id)));
    common.first().copied()
}
