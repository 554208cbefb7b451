//! The index of one directory version and the past orders known when it was built. Immutable; a new one takes its place.
use super::example::Example;
use super::hours::{self, Said as SaidTime};
use super::lexicon::Lexicon;
use super::manner::{Case, Manner};
use super::places::PlaceNames;
use super::ranking::Ranking;
use super::said::Wording;
use super::segments::Segmenter;
use super::source::{Entry, EntryKind};
use crate::domain::codes::MatterId;
use crate::domain::condition::{FACT_PLACE_NAME, Test};
use crate::domain::directory::Directory;
use crate::domain::words::Chinese;
use contracts::words::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Matters and classes below this share are not looked at.
const SHARE_MIN: f64 = 0.01;
/// So many matters are asked of the directory.
const CANDIDATES_MAX: usize = 8;
/// A text goes before the matter's own kind only when it is this sure.
const KIND_SURE: f64 = 0.6;

/// Everything that texts are read by.
#[derive(Debug)]
pub struct TextIndex {
    version: i64,
    wording: Wording,
    places: PlaceNames,
    entries: Vec<Entry>,
    ranking: Ranking,
    manner: Manner,
    kinds: Vec<(Kind, Manner)>,
    asked: Asked,
}

/// What the conditions of the duties ask, by matter (`None` = duties for every matter).
#[derive(Debug, Default)]
struct Asked(BTreeMap<Option<MatterId>, Keys>);

#[derive(Clone, Debug, Default)]
struct Keys {
    facts: BTreeMap<&'static str, BTreeSet<String>>,
    time: bool,
}

/// What a text says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Likely matters with their shares, likeliest first.
    pub matters: Vec<(MatterId, f64)>,
    /// Likely classes of the scope: position in the directory's scope, and share; likeliest first.
    pub scope: Vec<(usize, f64)>,
    /// How sure it is that this is answered at once.
    pub answered: f64,
    /// 诉求类型, when it is sure whatever the matter's own is.
    pub kind: Option<Kind>,
    /// What it tells beside the matter.
    pub told: Told,
}

/// What a text tells beside the matter.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// When it happens.
    pub time: Option<SaidTime>,
    /// Title and text without names of places.
    pub words: String,
}

impl TextIndex {
    /// Builds the index of a directory: its own past orders first, then `examples`, oldest first. Of the lexicon, the
    /// synonyms are taken.
    #[must_use]
    pub fn new(directory: &Directory, lexicon: &Lexicon, examples: &[Example]) -> Self {
        let source = &directory.source;
        let wording = Wording::new(Segmenter::default(), &source.entries, &lexicon.synonyms);
        let places = PlaceNames::new(&source.places);
        let past: Vec<Example> = source.past_orders.iter().map(Example::from).collect();
        let all = past.iter().chain(examples);
        let (mut said, mut cases, mut kinds_of) = (Vec::new(), Vec::new(), Vec::new());
        for example in all {
            let title = places.taken_out(&example.title);
            let text = places.taken_out(&example.text);
            cases.push(Case {
                features: wording.distinct(&title, &text),
                event: example.event.clone(),
                is_so: example.answered,
            });
            kinds_of.push(example.kind);
            said.push((example.clone(), wording.said(&title, &text)));
        }
        let manner = Manner::learned(&cases);
        let kinds = Kind::WORDS.iter().map(|(_, kind)| {
            for (case, of) in cases.iter_mut().zip(&kinds_of) {
                case.is_so = *of == Some(*kind);
            }
            (*kind, Manner::learned(&cases))
        });
        let kinds = kinds.collect();
        Self {
            kinds,
            version: directory.version(),
            ranking: Ranking::new(&wording, &source.entries, &said),
            manner,
            entries: source.entries.clone(),
            asked: Asked::of(directory),
            wording,
            places,
        }
    }

    /// The directory version it was built of.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// How many held-out past orders the shares rest on.
    #[must_use]
    pub const fn held_out(&self) -> usize {
        self.ranking.held_out()
    }

    /// The weights that were fitted.
    #[must_use]
    pub const fn weights(&self) -> super::weights::Weights {
        self.ranking.weights()
    }

    /// Reads a text. `directory` must be of the version that the index was built of.
    #[must_use]
    pub fn read(&self, directory: &Directory, title: &str, text: &str) -> Reading {
        let (bare_title, bare_text) = (self.places.taken_out(title), self.places.taken_out(text));
        let said = self.wording.said(&bare_title, &bare_text);
        if said.is_empty() {
            return Reading::default();
        }
        let features = self.wording.distinct(&bare_title, &bare_text);
        let kinds = self
            .kinds
            .iter()
            .map(|(kind, manner)| (*kind, manner.certainty(&features)));
        let likeliest = kinds.max_by(|a, b| a.1.total_cmp(&b.1));
        let mut reading = Reading {
            answered: self.manner.certainty(&features),
            kind: likeliest
                .filter(|(_, sure)| *sure >= KIND_SURE)
                .map(|(kind, _)| kind),
            told: self.told(title, text),
            ..Reading::default()
        };
        for (entry, share) in self.entries.iter().zip(self.ranking.shares(&said)) {
            match entry.kind {
                _ if share < SHARE_MIN => {}
                EntryKind::Matter => {
                    reading
                        .matters
                        .extend(directory.matters.find(&entry.code).map(|id| (id, share)));
                }
                EntryKind::Scope => {
                    let position = directory.scope.iter().position(|row| row.code == entry.code);
                    reading.scope.extend(position.map(|position| (position, share)));
                }
            }
        }
        reading.matters.sort_by(|a, b| b.1.total_cmp(&a.1));
        reading.matters.truncate(CANDIDATES_MAX);
        reading.scope.sort_by(|a, b| b.1.total_cmp(&a.1));
        reading
    }

    /// What a text tells beside the matter.
    #[must_use]
    pub fn told(&self, title: &str, text: &str) -> Told {
        Told {
            time: hours::said(&format!("{title}。{text}")),
            words: format!(
                "{}。{}",
                self.places.taken_out(title),
                self.places.taken_out(text)
            ),
        }
    }

    /// The fact keys, with their values, and whether a time of day, that duties for a matter ask for.
    #[must_use]
    pub fn asked(
        &self,
        directory: &Directory,
        matter: MatterId,
    ) -> (BTreeMap<&'static str, Vec<&str>>, bool) {
        let mut facts: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        let mut time = false;
        let lineage = directory.matters.lineage(matter).map(Some);
        for keys in lineage
            .chain([None])
            .filter_map(|matter| self.asked.0.get(&matter))
        {
            time |= keys.time;
            for (key, values) in &keys.facts {
                let known = facts.entry(key).or_default();
                for value in values.iter().map(String::as_str) {
                    if !known.contains(&value) {
                        known.push(value);
                    }
                }
            }
        }
        (facts, time)
    }
}

impl Asked {
    fn of(directory: &Directory) -> Self {
        let mut asked = Self::default();
        for duty in directory.duties.iter() {
            let keys = asked.0.entry(duty.matter).or_default();
            for clause in &duty.clauses {
                match &clause.test {
                    Test::TimeOfDay(_) => keys.time = true,
                    // The name of a place comes from the place.
                    Test::Fact(_, values) if clause.key() != FACT_PLACE_NAME => {
                        keys.facts
                            .entry(clause.key())
                            .or_default()
                            .extend(values.iter().cloned());
                    }
                    _ => {}
                }
            }
        }
        asked
    }
}
