//! From words to counted features, for texts and for entries of the catalogue alike.
use super::segments::{Feature, Segmenter};
use super::source::Entry;
use super::vectors::{Counts, count};
use super::word_list::WordList;
use std::collections::{BTreeMap, BTreeSet};

/// What a word of the title counts where title and text are one: it tells what the order is about, the text also tells
/// stories.
const TITLE_TIMES: f32 = 2.0;

/// Reads texts: segments them and finds the words of lists.
#[derive(Clone, Debug)]
pub struct Wording {
    segmenter: Segmenter,
    synonyms: WordList,
    keywords: WordList,
    keyword_numbers: BTreeMap<String, u32>,
}

/// A text, ready to be ranked.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Features of the title.
    pub title: Counts,
    /// Features of the text.
    pub text: Counts,
    /// Keywords of the catalogue that stand in the title, each once.
    pub title_keywords: Counts,
    /// The same in the text.
    pub text_keywords: Counts,
}

impl Wording {
    /// `synonyms`: lists of words that mean the same, or belong to the same thing. Keywords are those of the entries.
    #[must_use]
    pub fn new(segmenter: Segmenter, entries: &[Entry], synonyms: &[Vec<String>]) -> Self {
        let lists = (0_u32..).zip(synonyms);
        let alike = lists.flat_map(|(list, words)| words.iter().map(move |word| (word.as_str(), list)));
        let mut keyword_numbers: BTreeMap<String, u32> = BTreeMap::new();
        for keyword in entries.iter().flat_map(long_keywords) {
            let next = u32::try_from(keyword_numbers.len()).unwrap_or(u32::MAX);
            keyword_numbers.entry(keyword.clone()).or_insert(next);
        }
        let numbered = keyword_numbers
            .iter()
            .map(|(word, number)| (word.as_str(), *number));
        Self {
            segmenter,
            synonyms: WordList::new(alike),
            keywords: WordList::new(numbered),
            keyword_numbers,
        }
    }

    /// Features of a text, each as often as it stands there.
    #[must_use]
    pub fn features(&self, text: &str) -> Vec<Feature> {
        let mut features = self.segmenter.features(text);
        features.extend(self.synonyms.found(text).into_iter().map(Feature::meaning));
        features
    }

    /// Counts the features of title and text, places already taken out.
    #[must_use]
    pub fn said(&self, title: &str, text: &str) -> Said {
        let mut said = Said {
            title_keywords: self.keywords_in(title),
            text_keywords: self.keywords_in(text),
            ..Said::default()
        };
        count(&mut said.title, &self.features(title), 1.0);
        count(&mut said.text, &self.features(text), 1.0);
        said
    }

    fn keywords_in(&self, text: &str) -> Counts {
        let found = self.keywords.found(text).into_iter();
        found.map(|number| (Feature::keyword(number), 1.0)).collect()
    }

    /// Keywords of an entry, as far as texts are searched for them.
    #[must_use]
    pub fn keywords_of(&self, entry: &Entry) -> Counts {
        let numbers = long_keywords(entry).filter_map(|word| self.keyword_numbers.get(word));
        numbers.map(|number| (Feature::keyword(*number), 1.0)).collect()
    }

    /// Words of an entry: name and keywords say what it is, the description explains.
    #[must_use]
    pub fn words_of(&self, entry: &Entry) -> Counts {
        let mut counts = Counts::new();
        count(&mut counts, &self.features(&entry.name), 2.0);
        for keyword in &entry.keywords {
            count(&mut counts, &self.features(keyword), 2.0);
        }
        count(&mut counts, &self.features(&entry.description), 1.0);
        counts
    }

    /// Distinct features of a text, without what its words mean: how something is said, not what.
    #[must_use]
    pub fn distinct(&self, title: &str, text: &str) -> BTreeSet<Feature> {
        super::manner::distinct(self.segmenter, title, text)
    }
}

/// A single character says too little.
fn long_keywords(entry: &Entry) -> impl Iterator<Item = &String> {
    entry.keywords.iter().filter(|word| word.chars().nth(1).is_some())
}

impl Said {
    /// True when nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.text.is_empty()
    }

    /// Title and text in one.
    #[must_use]
    pub fn words(&self) -> Counts {
        let mut words = self.text.clone();
        for (feature, times) in &self.title {
            *words.entry(*feature).or_default() += TITLE_TIMES * times;
        }
        words
    }

    /// Keywords of title and text.
    #[must_use]
    pub fn keywords(&self) -> Counts {
        let mut keywords = self.title_keywords.clone();
        keywords.extend(&self.text_keywords);
        keywords
    }
}
