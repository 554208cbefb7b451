//! Lists of words with a number each, found in a text: keywords of the catalogue, and words that mean the same.
use crate::domain::codes::FastMap;

/// The words, by their first character.
#[derive(Clone, Debug, Default)]
pub struct WordList(FastMap<u32, Vec<(Box<str>, u32)>>);

impl WordList {
    /// Indexes words with their numbers.
    #[must_use]
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let mut index: FastMap<u32, Vec<(Box<str>, u32)>> = FastMap::default();
        for (word, number) in words {
            if let Some(first) = word.chars().next() {
                let list = index.entry(u32::from(first)).or_default();
                list.push((Box::from(word), number));
            }
        }
        Self(index)
    }

    /// The number of every word of the list that stands in the text, as often as it stands there.
    #[must_use]
    pub fn found(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        for (at, first) in text.char_indices() {
            let words = self.0.get(&u32::from(first)).map_or(&[][..], Vec::as_slice);
            let here = words.iter().filter(|(word, _)| text[at..].starts_with(&**word));
            found.extend(here.map(|(_, number)| *number));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::WordList;

    #[test]
    fn every_word_is_found_where_it_stands_also_inside_a_longer_one() {
        let list = WordList::new([("停水", 0), ("没水", 0), ("自来水", 1), ("自来", 2)].into_iter());
        assert_eq!(list.found("家里没水，自来水公司说没停水"), [0, 1, 2, 0]);
        assert!(list.found("暖气不热").is_empty());
    }
}
