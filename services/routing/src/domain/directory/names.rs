//! The names that addresses are read by, and where a text mentions them.
use super::spoken;
use super::{Divisions, Entry};
use crate::domain::codes::{DivisionId, FastMap};
use crate::domain::snapshot::GazetteerRow;
use crate::domain::words::DivisionLevel;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// 地名类型 of places that are long and cross divisions. A road has a row for each of them; a river has not.
const ROAD: &str = "道路";
const RIVER: &str = "河流";

/// What a name is the name of, the most telling first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NameOf {
    /// A division, in full.
    Division,
    /// A place: a compound, a school, a site.
    Place,
    /// A road or river, which may cross several divisions.
    Line,
    /// A functional zone without streets of its own. Few know its borders, and they move: it narrows what else is
    /// named, and is not believed against it.
    Zone,
    /// A place or a whole road, said shorter than the gazetteer has it.
    PartOfPlace,
    /// A division, said without the word for its level.
    PartOfDivision,
}

impl NameOf {
    /// All, the most telling first.
    pub const ALL: [Self; 6] = [
        Self::Division,
        Self::Place,
        Self::Line,
        Self::Zone,
        Self::PartOfPlace,
        Self::PartOfDivision,
    ];

    const fn is_part(self) -> bool {
        matches!(self, Self::PartOfPlace | Self::PartOfDivision)
    }
}

/// What a name may mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// What kind of thing.
    pub of: NameOf,
    /// Rows of the gazetteer.
    pub entries: Vec<u32>,
    /// The divisions that it may be, or lie in.
    pub divisions: Vec<DivisionId>,
}

/// A name at a spot of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention<'a> {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// What it may mean.
    pub meaning: &'a Meaning,
}

/// All names.
#[derive(Clone, Debug)]
pub struct Names {
    /// By the first two characters; a name of one character says nothing.
    by_beginning: FastMap<u64, Vec<(Box<str>, Meaning)>>,
}

impl Names {
    pub(super) fn new(rows: &[GazetteerRow], entries: &[Entry], divisions: &Divisions) -> Self {
        let mut names: BTreeMap<String, Meaning> = BTreeMap::new();
        for (position, row) in (0_u32..).zip(rows) {
            let of = if [ROAD, RIVER].contains(&row.kind.as_str()) {
                NameOf::Line
            } else {
                NameOf::Place
            };
            for name in std::iter::once(&row.name).chain(&row.aliases) {
                add_place(&mut names, name, of, position, entries);
            }
        }
        add_communities_on_rivers(&mut names, rows, divisions);
        add_divisions(&mut names, divisions);
        for (position, row) in (0_u32..).zip(rows) {
            for name in std::iter::once(&row.name).chain(&row.aliases) {
                for part in spoken::parts_of_place(name) {
                    if names.get(&part).is_none_or(|known| known.of.is_part()) {
                        add_place(&mut names, &part, NameOf::PartOfPlace, position, entries);
                    }
                }
            }
        }
        let mut by_beginning: FastMap<u64, Vec<(Box<str>, Meaning)>> = FastMap::default();
        for (name, meaning) in names {
            if let Some(beginning) = beginning(&name) {
                let list = by_beginning.entry(beginning).or_default();
                list.push((Box::from(name), meaning));
            }
        }
        Self { by_beginning }
    }

    /// The names that a text mentions, in its order. Where two overlap, a name in full goes before a part of one,
    /// then the longer before the shorter.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention<'_>> {
        let mut all: Vec<Mention<'_>> = Vec::new();
        for (start, _) in text.char_indices() {
            let names = beginning(&text[start..]).and_then(|beginning| self.by_beginning.get(&beginning));
            let names = names.map_or(&[][..], Vec::as_slice);
            let here = names
                .iter()
                .filter(|(name, _)| text[start..].starts_with(&**name));
            all.extend(here.map(|(name, meaning)| Mention {
                at: start..start + name.len(),
                meaning,
            }));
        }
        all.sort_by_key(|mention| {
            let part = mention.meaning.of.is_part();
            (part, std::cmp::Reverse(mention.at.len()), mention.at.start)
        });
        let mut taken: Vec<Mention<'_>> = Vec::new();
        for mention in all {
            let free =
                |other: &Mention<'_>| other.at.end <= mention.at.start || mention.at.end <= other.at.start;
            if taken.iter().all(free) {
                taken.push(mention);
            }
        }
        taken.sort_by_key(|mention| mention.at.start);
        taken
    }
}

fn beginning(text: &str) -> Option<u64> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    Some((u64::from(u32::from(first)) << 32) | u64::from(u32::from(second)))
}

fn add_place(
    names: &mut BTreeMap<String, Meaning>,
    name: &str,
    of: NameOf,
    position: u32,
    entries: &[Entry],
) {
    let meaning = names.entry(name.to_owned()).or_insert_with(|| Meaning {
        of,
        entries: Vec::new(),
        divisions: Vec::new(),
    });
    meaning.of = meaning.of.min(of);
    if meaning.entries.last() != Some(&position) {
        meaning.entries.push(position);
    }
    let division = entries[position as usize].division;
    if !meaning.divisions.contains(&division) {
        meaning.divisions.push(division);
    }
}

/// Where a river and a community have one name, the river may well be meant there.
fn add_communities_on_rivers(
    names: &mut BTreeMap<String, Meaning>,
    rows: &[GazetteerRow],
    divisions: &Divisions,
) {
    let rivers: HashSet<&str> = rows
        .iter()
        .filter(|row| row.kind == RIVER)
        .map(|row| row.name.as_str())
        .collect();
    for id in divisions.ids() {
        let stem = spoken::community_stem(divisions.get(id)).filter(|stem| rivers.contains(stem));
        if let Some(meaning) = stem.and_then(|stem| names.get_mut(stem)) {
            meaning.divisions.push(id);
        }
    }
}

/// The gazetteer goes before the names of divisions, and full names before parts.
fn add_divisions(names: &mut BTreeMap<String, Meaning>, divisions: &Divisions) {
    let is_city = |id: &DivisionId| divisions.level(*id) == DivisionLevel::City;
    let city = divisions.ids().find(is_city).map(|id| &divisions.get(id).name);
    let city = city.map_or("", |name| name.strip_suffix('市').unwrap_or(name));
    let mut add = |name: String, of: NameOf, id: DivisionId| {
        let meaning = names.entry(name).or_insert_with(|| Meaning {
            of,
            entries: Vec::new(),
            divisions: Vec::new(),
        });
        if meaning.of == of && !meaning.divisions.contains(&id) {
            meaning.divisions.push(id);
        }
    };
    let has_children: HashSet<Option<DivisionId>> =
        divisions.ids().map(|id| divisions.get(id).parent).collect();
    let mut short = Vec::new();
    for id in divisions.ids() {
        let division = divisions.get(id);
        let is_overlay = division.level == DivisionLevel::Zone && !has_children.contains(&Some(id));
        let of = if is_overlay {
            NameOf::Zone
        } else {
            NameOf::Division
        };
        let parent = division.parent.map(|parent| divisions.get(parent).name.as_str());
        let full = spoken::full_names(division, parent, city);
        short.extend(
            spoken::short_names(division, &full)
                .into_iter()
                .map(|name| (name, id)),
        );
        for name in full {
            add(name, of, id);
        }
    }
    for (name, id) in short {
        add(name, NameOf::PartOfDivision, id);
    }
}
