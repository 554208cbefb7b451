//! What may an order be about? Every entry gets a share of certainty, by how alike its words and its past orders are.
use super::example::Example;
use super::segments::Segmenter;
use super::source::Entry;
use super::vectors::{Counts, Postings, Rarity, Vector, add, count};
use super::weights::{KINDS, Likeness, Weights};
use std::collections::{BTreeMap, HashMap};

/// The newest so many past orders of an entry are compared one by one; older ones count in its group's words only.
const NEAREST_PER_ENTRY: usize = 40;
/// Held-out orders are ranked in so many rounds.
const FOLDS: usize = 5;
/// So many held-out orders are enough for seven weights.
const FIT_MAX: usize = 3_000;
/// What a word of the title counts in a group's words: it tells what the order is about, the text also tells stories.
const TITLE_TIMES: f32 = 2.0;

/// A past order, ready to be compared.
struct Prepared {
    entry: usize,
    event: String,
    title: Vector,
    text: Vector,
    words: Counts,
}

/// The index.
#[derive(Debug)]
pub struct Ranking {
    rarity: Rarity,
    parts: Parts,
    weights: Weights,
    held_out: usize,
}

/// What is compared, for one selection of past orders.
#[derive(Debug)]
struct Parts {
    /// Words of each entry.
    entries: Postings,
    /// Words of each group with its past orders.
    groups: Postings,
    group_of: Vec<usize>,
    /// Past orders, one by one.
    titles: Postings,
    texts: Postings,
    entry_of: Vec<usize>,
    /// ln(1 + number of past orders).
    known: Vec<f32>,
}

/// A text, ready to be ranked.
#[derive(Clone, Debug, Default)]
pub struct Said {
    title: Counts,
    text: Counts,
}

impl Said {
    /// Counts the features of title and text, places already taken out.
    #[must_use]
    pub fn new(segmenter: Segmenter, title: &str, text: &str) -> Self {
        let mut said = Self::default();
        count(&mut said.title, &segmenter.features(title), 1.0);
        count(&mut said.text, &segmenter.features(text), 1.0);
        said
    }

    /// True when nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.text.is_empty()
    }

    fn words(&self) -> Counts {
        let mut words = self.text.clone();
        for (feature, times) in &self.title {
            *words.entry(*feature).or_default() += TITLE_TIMES * times;
        }
        words
    }
}

impl Ranking {
    /// Builds the index and fits its weights. Examples whose entry is not among `entries` are left out.
    #[must_use]
    pub fn new(segmenter: Segmenter, entries: &[Entry], examples: &[(Example, Said)]) -> Self {
        let own: Vec<Counts> = entries.iter().map(|entry| words(segmenter, entry)).collect();
        let positions: HashMap<&str, usize> = entries
            .iter()
            .enumerate()
            .map(|(position, entry)| (entry.code.as_str(), position))
            .collect();
        let placed: Vec<(usize, &Example, &Said)> = examples
            .iter()
            .filter_map(|(example, said)| {
                let position = positions.get(example.entry.as_deref()?)?;
                Some((*position, example, said))
            })
            .collect();
        let all_words: Vec<Counts> = placed.iter().map(|(_, _, said)| said.words()).collect();
        let rarity = Rarity::of(own.iter().chain(&all_words));
        let prepared: Vec<Prepared> = placed
            .iter()
            .zip(all_words)
            .map(|((entry, example, said), words)| Prepared {
                entry: *entry,
                event: example.event.clone(),
                title: rarity.vector(&said.title),
                text: rarity.vector(&said.text),
                words,
            })
            .collect();
        let (group_of, groups) = kin(segmenter, entries);
        let catalogue = Catalogue {
            rarity: &rarity,
            own: &own,
            group_of: &group_of,
            groups: &groups,
        };
        let cases = catalogue.held_out(&prepared);
        let weights = Weights::fitted(&cases);
        let everything: Vec<&Prepared> = prepared.iter().collect();
        let parts = catalogue.parts(&everything);
        Self {
            parts,
            weights,
            held_out: cases.len(),
            rarity,
        }
    }

    /// The share of every entry, in their order; they sum up to 1.
    #[must_use]
    pub fn shares(&self, said: &Said) -> Vec<f64> {
        let (title, text) = (self.rarity.vector(&said.title), self.rarity.vector(&said.text));
        self.weights.shares(&self.parts.likeness(&title, &text))
    }

    /// How many held-out past orders the shares were fitted on.
    #[must_use]
    pub const fn held_out(&self) -> usize {
        self.held_out
    }

    /// The fitted weights.
    #[must_use]
    pub const fn weights(&self) -> Weights {
        self.weights
    }
}

/// Name and keywords say what an entry is, the description explains.
fn words(segmenter: Segmenter, entry: &Entry) -> Counts {
    let mut counts = Counts::new();
    count(&mut counts, &segmenter.features(&entry.name), 2.0);
    for keyword in &entry.keywords {
        count(&mut counts, &segmenter.features(keyword), 2.0);
    }
    count(&mut counts, &segmenter.features(&entry.description), 1.0);
    counts
}

/// The group of each entry, and the words of what stands above each group.
fn kin(segmenter: Segmenter, entries: &[Entry]) -> (Vec<usize>, Vec<Counts>) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<Counts> = Vec::new();
    let group_of = entries.iter().map(|entry| {
        *known.entry(&entry.group).or_insert_with(|| {
            let mut above = Counts::new();
            count(&mut above, &segmenter.features(&entry.above), 1.0);
            groups.push(above);
            groups.len() - 1
        })
    });
    (group_of.collect(), groups)
}

struct Catalogue<'a> {
    rarity: &'a Rarity,
    own: &'a [Counts],
    group_of: &'a [usize],
    groups: &'a [Counts],
}

impl Catalogue<'_> {
    fn parts(&self, examples: &[&Prepared]) -> Parts {
        let mut entries = Postings::default();
        let mut of_group = self.groups.to_vec();
        for (own, group) in self.own.iter().zip(self.group_of) {
            entries.add(&self.rarity.vector(own));
            add(&mut of_group[*group], own);
        }
        let mut number = vec![0_usize; self.own.len()];
        let (mut titles, mut texts, mut entry_of) = (Postings::default(), Postings::default(), Vec::new());
        // Newest last: the last so many of an entry are kept one by one.
        for example in examples.iter().rev() {
            number[example.entry] += 1;
            add(&mut of_group[self.group_of[example.entry]], &example.words);
            if number[example.entry] <= NEAREST_PER_ENTRY {
                titles.add(&example.title);
                texts.add(&example.text);
                entry_of.push(example.entry);
            }
        }
        let mut groups = Postings::default();
        of_group
            .iter()
            .for_each(|words| groups.add(&self.rarity.vector(words)));
        #[expect(clippy::cast_precision_loss, reason = "a number of orders")]
        let known = number.iter().map(|number| (*number as f32).ln_1p()).collect();
        Parts {
            entries,
            groups,
            group_of: self.group_of.to_vec(),
            titles,
            texts,
            entry_of,
            known,
        }
    }

    /// Ranks past orders by an index that does not know them, nor others about the same event.
    fn held_out(&self, prepared: &[Prepared]) -> Vec<(Likeness, usize)> {
        let newest = &prepared[prepared.len().saturating_sub(FIT_MAX)..];
        let mut folds: HashMap<&str, usize> = HashMap::new();
        for example in newest {
            let next = folds.len() % FOLDS;
            folds.entry(&example.event).or_insert(next);
        }
        let mut cases = Vec::with_capacity(newest.len());
        for fold in 0..FOLDS {
            let is_out = |example: &&Prepared| folds.get(example.event.as_str()) == Some(&fold);
            let (out, kept): (Vec<&Prepared>, Vec<&Prepared>) = prepared.iter().partition(is_out);
            if out.is_empty() {
                continue;
            }
            let parts = self.parts(&kept);
            cases.extend(
                out.iter()
                    .map(|example| (parts.likeness(&example.title, &example.text), example.entry)),
            );
        }
        cases
    }
}

impl Parts {
    fn likeness(&self, title: &Vector, text: &Vector) -> Likeness {
        let mut likeness: Likeness = vec![[0.0; KINDS]; self.known.len()];
        let own = [self.entries.likeness(title), self.entries.likeness(text)];
        let kin = [self.groups.likeness(title), self.groups.likeness(text)];
        for (entry, kinds) in likeness.iter_mut().enumerate() {
            let group = self.group_of[entry];
            (kinds[0], kinds[1]) = (own[0][entry], own[1][entry]);
            (kinds[4], kinds[5]) = (kin[0][group], kin[1][group]);
            kinds[6] = self.known[entry];
        }
        for (kind, alike) in [(2, self.titles.likeness(title)), (3, self.texts.likeness(text))] {
            for (entry, alike) in self.entry_of.iter().zip(alike) {
                let nearest = &mut likeness[*entry][kind];
                *nearest = nearest.max(alike);
            }
        }
        likeness
    }
}
