//! What a text says of a place: groups of divisions, each of which the place may be in, the most telling names
//! first; and how one group narrows another.
use crate::domain::codes::DivisionId;
use crate::domain::directory::{Directory, Mention, NameOf};
use crate::domain::validity::Day;
use crate::domain::words::DivisionLevel;
use smallvec::SmallVec;

/// Divisions that a place may be in.
pub(super) type Group = SmallVec<[DivisionId; 6]>;

/// Words between two roads that make them the ends of a section: A路（B路至C路）.
const TO: [&str; 6] = ["至", "到", "~", "～", "—", "-"];

/// One text, read.
pub(super) struct Told<'a> {
    directory: &'a Directory,
    day: Day,
    mentions: Vec<Mention<'a>>,
}

impl<'a> Told<'a> {
    pub fn new(directory: &'a Directory, day: Day, text: &str) -> Self {
        let mut mentions = directory.gazetteer.mentions(text);
        leave_out_ends(text, &mut mentions);
        Self {
            directory,
            day,
            mentions,
        }
    }

    /// What is known, narrowed by this text; `aside` when it is not the address, so that the short name of a
    /// division is not believed alone. A name that contradicts a more telling one is passed over; names that
    /// are equally telling and contradict each other are all kept.
    pub fn narrow(&self, known: Group, aside: bool) -> Group {
        let mut known = known;
        for of in NameOf::ALL {
            if aside && of == NameOf::PartOfDivision && known.is_empty() {
                continue;
            }
            let groups = self.groups(of, &known);
            let one = groups.into_iter().reduce(|a, b| {
                let both = meet(self.directory, self.day, &a, &b);
                if both.is_empty() { union(a, b) } else { both }
            });
            known = one.unwrap_or(known);
        }
        known
    }

    /// The rows of the gazetteer that it names and that the division lies in.
    pub fn entries(&self, division: DivisionId) -> impl Iterator<Item = u32> {
        let here = move |position: &u32| {
            let entry = self.directory.gazetteer.entry(*position);
            self.directory.divisions.within(division, entry.division)
        };
        let full = |mention: &&Mention<'_>| mention.meaning.of != NameOf::PartOfDivision;
        self.mentions
            .iter()
            .filter(full)
            .filter_map(move |mention| mention.meaning.entries.iter().copied().find(here))
    }

    fn groups(&self, of: NameOf, known: &Group) -> Vec<Group> {
        // A division that has ended, or has not begun, is not meant.
        let valid = |id: &DivisionId| self.directory.divisions.get(*id).validity.holds(self.day);
        let mentions = self.mentions.iter().filter(|mention| mention.meaning.of == of);
        let groups = mentions.map(|mention| {
            let meant: Group = mention.meaning.divisions.iter().copied().filter(valid).collect();
            if known.is_empty() {
                meant
            } else {
                meet(self.directory, self.day, known, &meant)
            }
        });
        groups.filter(|group| !group.is_empty()).collect()
    }
}

/// A路（B路至C路） is on A: the ends say how far it goes, not where it is.
fn leave_out_ends(text: &str, mentions: &mut Vec<Mention<'_>>) {
    let is_end = |at: usize, other: usize| {
        let (first, second) = (&mentions[at.min(other)], &mentions[at.max(other)]);
        let between = text[first.at.end..second.at.start].trim();
        TO.contains(&between) && second.meaning.of == NameOf::Line
    };
    let lines_before = |at: usize| {
        mentions[..at]
            .iter()
            .any(|mention| mention.meaning.of == NameOf::Line)
    };
    let ends: Vec<bool> = (0..mentions.len())
        .map(|at| {
            let first = at + 1 < mentions.len() && is_end(at, at + 1) && lines_before(at);
            let second = at > 0 && is_end(at - 1, at) && lines_before(at - 1);
            first || second
        })
        .collect();
    let mut ends = ends.iter();
    mentions.retain(|_| !ends.next().copied().unwrap_or(false));
}

/// The finer of each pair in which one lies in the other; empty when the groups contradict each other.
pub(super) fn meet(directory: &Directory, day: Day, a: &Group, b: &Group) -> Group {
    let mut both = Group::new();
    for x in a {
        for y in b {
            let finer = if covers(directory, day, *x, *y) {
                *y
            } else if covers(directory, day, *y, *x) {
                *x
            } else {
                continue;
            };
            if !both.contains(&finer) {
                both.push(finer);
            }
        }
    }
    both
}

fn union(mut a: Group, b: Group) -> Group {
    for id in b {
        if !a.contains(&id) {
            a.push(id);
        }
    }
    a
}

/// Only those in which no other lies, in the order of their ids.
pub(super) fn finest(directory: &Directory, day: Day, group: &Group) -> Group {
    let is_coarser = |id: &DivisionId| {
        group
            .iter()
            .any(|other| other != id && covers(directory, day, *id, *other))
    };
    let mut finest: Group = group.iter().copied().filter(|id| !is_coarser(id)).collect();
    finest.sort_unstable();
    finest
}

/// True when one division is known, as finely as a street.
pub(super) fn is_settled(directory: &Directory, group: &Group) -> bool {
    matches!(group.as_slice(), [one] if directory.divisions.level(*one) >= DivisionLevel::Street)
}

/// True when `inner` lies in `outer`: by its ancestors, or because `outer` is a functional zone that has taken it
/// over, or because `inner` is a zone that has taken parts of `outer` over.
fn covers(directory: &Directory, day: Day, outer: DivisionId, inner: DivisionId) -> bool {
    let of_zone = |zone: DivisionId| {
        let items = directory.overlays.of_zone(zone).iter();
        items
            .map(|id| directory.overlays.get(*id))
            .filter(|item| item.validity.holds(day))
    };
    directory.divisions.within(inner, outer)
        || of_zone(outer).any(|item| directory.divisions.within(inner, item.division))
        || of_zone(inner).any(|item| item.origin == outer)
}
