//! What a text is compared with: the words of the entries, of their groups and of past orders, one selection at a time.
use super::likelihood::{self, Models};
use super::said::{Said, Wording};
use super::source::Entry;
use super::vectors::{Counts, Postings, Rarity, Vector, add, count};
use super::weights::{KINDS, Likeness};
use std::collections::{BTreeMap, HashMap};

/// The newest so many past orders of an entry are compared one by one; older ones count in its words and its group's only.
const NEAREST_PER_ENTRY: usize = 40;
/// Held-out orders are ranked in so many rounds.
const FOLDS: usize = 5;
/// So many held-out orders are enough for eleven weights.
const FIT_MAX: usize = 3_000;
/// About so many features of a title, and of a text, tell something.
const TITLE_LENGTH: f32 = 20.0;
const TEXT_LENGTH: f32 = 60.0;
/// Two or three rare keywords: likeness 1.
const KEYWORDS_ENOUGH: f32 = 10.0;

/// A text as it is compared.
#[derive(Debug)]
pub struct Asked {
    title: Vector,
    text: Vector,
    title_words: Vector,
    text_words: Vector,
    title_keywords: Vector,
    text_keywords: Vector,
}

/// A past order, ready to be compared.
pub struct Prepared {
    /// Position of its entry.
    pub entry: usize,
    /// Orders about one event are held out together.
    pub event: String,
    /// Title and text in one.
    pub words: Counts,
    /// As it is compared.
    pub asked: Asked,
}

/// The entries, and how rare everything is.
#[derive(Debug)]
pub struct Catalogue {
    rarity: Rarity,
    keyword_rarity: Rarity,
    own: Vec<Counts>,
    keywords: Vec<Counts>,
    group_of: Vec<usize>,
    groups: Vec<Counts>,
}

/// What is compared, for one selection of past orders.
#[derive(Debug)]
pub struct Parts {
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
    keywords: Postings,
    models: Models,
}

impl Catalogue {
    /// Collects the words of the entries; `orders` are all past orders, by which rare words are told from usual ones.
    #[must_use]
    pub fn new(wording: &Wording, entries: &[Entry], orders: &[&Said]) -> Self {
        let own: Vec<Counts> = entries.iter().map(|entry| wording.words_of(entry)).collect();
        let keywords: Vec<Counts> = entries.iter().map(|entry| wording.keywords_of(entry)).collect();
        let words: Vec<Counts> = orders.iter().map(|said| said.words()).collect();
        let found: Vec<Counts> = orders.iter().map(|said| said.keywords()).collect();
        let (group_of, groups) = kin(wording, entries);
        Self {
            rarity: Rarity::of(own.iter().chain(&words)),
            keyword_rarity: Rarity::of(keywords.iter().chain(&found)),
            own,
            keywords,
            group_of,
            groups,
        }
    }

    /// Readies a text.
    #[must_use]
    pub fn asked(&self, said: &Said) -> Asked {
        Asked {
            title: self.rarity.vector(&said.title),
            text: self.rarity.vector(&said.text),
            title_words: likelihood::asked(&said.title, TITLE_LENGTH),
            text_words: likelihood::asked(&said.text, TEXT_LENGTH),
            title_keywords: self.keyword_rarity.weighed(&said.title_keywords),
            text_keywords: self.keyword_rarity.weighed(&said.text_keywords),
        }
    }

    /// What is compared when just `examples` are known, oldest first.
    #[must_use]
    pub fn parts(&self, examples: &[&Prepared]) -> Parts {
        let (mut entries, mut keywords) = (Postings::default(), Postings::default());
        for (own, keyword) in self.own.iter().zip(&self.keywords) {
            entries.add(&self.rarity.vector(own));
            keywords.add(&Vector(
                keyword.iter().map(|(key, times)| (*key, *times)).collect(),
            ));
        }
        let mut number = vec![0_usize; self.own.len()];
        let mut of_entry = self.own.clone();
        let (mut titles, mut texts, mut entry_of) = (Postings::default(), Postings::default(), Vec::new());
        // Newest last: the last so many of an entry are kept one by one.
        for example in examples.iter().rev() {
            number[example.entry] += 1;
            add(&mut of_entry[example.entry], &example.words);
            if number[example.entry] <= NEAREST_PER_ENTRY {
                titles.add(&example.asked.title);
                texts.add(&example.asked.text);
                entry_of.push(example.entry);
            }
        }
        let mut of_group = self.groups.clone();
        for (words, group) in of_entry.iter().zip(&self.group_of) {
            add(&mut of_group[*group], words);
        }
        let mut groups = Postings::default();
        of_group
            .iter()
            .for_each(|words| groups.add(&self.rarity.vector(words)));
        #[expect(clippy::cast_precision_loss, reason = "a number of orders")]
        let known = number.iter().map(|number| (*number as f32).ln_1p()).collect();
        Parts {
            models: Models::new(&of_entry, &self.group_of),
            group_of: self.group_of.clone(),
            entries,
            groups,
            titles,
            texts,
            entry_of,
            known,
            keywords,
        }
    }

    /// Ranks past orders by an index that does not know them, nor others about the same event.
    #[must_use]
    pub fn held_out(&self, prepared: &[Prepared]) -> Vec<(Likeness, usize)> {
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
            let ranked = |example: &&Prepared| (parts.likeness(&example.asked), example.entry);
            cases.extend(out.iter().map(ranked));
        }
        cases
    }
}

impl Parts {
    /// How alike a text is to every entry.
    #[must_use]
    pub fn likeness(&self, asked: &Asked) -> Likeness {
        let (title, text) = (&asked.title, &asked.text);
        let mut likeness: Likeness = vec![[0.0; KINDS]; self.known.len()];
        let own = [self.entries.likeness(title), self.entries.likeness(text)];
        let kin = [self.groups.likeness(title), self.groups.likeness(text)];
        let keys = [&asked.title_keywords, &asked.text_keywords].map(|asked| self.keywords.likeness(asked));
        let said = [&asked.title_words, &asked.text_words].map(|asked| self.models.speaks(asked));
        for (entry, kinds) in likeness.iter_mut().enumerate() {
            let group = self.group_of[entry];
            (kinds[0], kinds[1]) = (own[0][entry], own[1][entry]);
            (kinds[4], kinds[5]) = (kin[0][group], kin[1][group]);
            kinds[6] = self.known[entry];
            for (n, keys) in keys.iter().enumerate() {
                kinds[7 + n] = (keys[entry] / KEYWORDS_ENOUGH).sqrt();
            }
            (kinds[9], kinds[10]) = (said[0][entry], said[1][entry]);
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

/// The group of each entry, and the words of what stands above each group.
fn kin(wording: &Wording, entries: &[Entry]) -> (Vec<usize>, Vec<Counts>) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<Counts> = Vec::new();
    let group_of = entries.iter().map(|entry| {
        *known.entry(&entry.group).or_insert_with(|| {
            let mut above = Counts::new();
            count(&mut above, &wording.features(&entry.above), 1.0);
            groups.push(above);
            groups.len() - 1
        })
    });
    (group_of.collect(), groups)
}
