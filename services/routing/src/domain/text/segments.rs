//! From a Chinese text to the features that are compared: words by a dictionary segmenter, and single characters and
//! pairs of them, which survive typing errors and dialect that no dictionary has.
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

/// One feature as a number. Characters and pairs are packed; words are hashed with a bit of their own, and two words
/// with one number would merely count as the same word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Feature(u64);

const WORD: u64 = 1 << 63;
const PAIR: u64 = 1 << 62;
const MEANING: u64 = 1 << 61;
const KEYWORD: u64 = 1 << 60;
const CHAR_BITS: u32 = 21;

impl Feature {
    /// True for a single character: it says less than a pair or a word.
    #[must_use]
    pub const fn is_character(self) -> bool {
        self.0 & (WORD | PAIR | MEANING | KEYWORD) == 0
    }

    /// What all words of a list of synonyms have in common.
    #[must_use]
    pub const fn meaning(list: u32) -> Self {
        Self(MEANING | list as u64)
    }

    /// A keyword of the catalogue.
    #[must_use]
    pub const fn keyword(number: u32) -> Self {
        Self(KEYWORD | number as u64)
    }

    /// The number, as a key of maps.
    #[must_use]
    pub const fn key(self) -> u64 {
        self.0
    }

    fn word(text: &str) -> Self {
        // FNV-1a: the same on every machine and in every version.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(hash | WORD)
    }
}

/// The segmenter; its dictionary is part of the program. Building one costs nothing.
#[derive(Clone, Copy)]
pub struct Segmenter(WordSegmenterBorrowed<'static>);

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segmenter")
    }
}

impl Default for Segmenter {
    fn default() -> Self {
        Self(WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()))
    }
}

impl Segmenter {
    /// The features of a text, each as often as it stands there. Punctuation ends what may be paired.
    #[must_use]
    pub fn features(&self, text: &str) -> Vec<Feature> {
        let mut features = Vec::with_capacity(text.len());
        for run in text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|run| !run.is_empty())
        {
            let mut before = None;
            for c in run.chars().map(u64::from) {
                features.push(Feature(c));
                if let Some(before) = before {
                    features.push(Feature(PAIR | (before << CHAR_BITS) | c));
                }
                before = Some(c);
            }
            let mut from = 0;
            for to in self.0.segment_str(run) {
                let word = &run[from..to];
                from = to;
                if word.chars().nth(1).is_some() {
                    features.push(Feature::word(word));
                }
            }
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::Segmenter;

    #[test]
    fn words_characters_and_pairs_are_counted_and_punctuation_separates() {
        let segmenter = Segmenter::default();
        let whole = segmenter.features("垃圾桶满了");
        let parted = segmenter.features("垃圾桶，满了");
        assert!(whole.len() > parted.len(), "the pair across the comma is missing");
        let single = whole.iter().filter(|feature| feature.is_character()).count();
        assert_eq!(single, 5);
        // Five characters, four pairs, and at least one word of the dictionary.
        assert!(whole.len() > 9, "{whole:?}");
        assert!(segmenter.features("，。！ ").is_empty());
    }
}
