//! Word lists that an installation may change: what tells a fact, and what tells a danger.
use contracts::words::Urgency;
use serde::Deserialize;

/// The lists of the settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// Words that tell a danger.
    pub danger: Vec<DangerWords>,
    /// Words that tell a fact, beside the value itself.
    pub facts: Vec<FactWords>,
    /// What, directly before a word of danger, says that there is none (yet): 怕着火.
    pub unless_after: Vec<String>,
    /// Lists of words that mean the same or belong to the same thing: a text that has one is like one that has another.
    pub synonyms: Vec<Vec<String>>,
}

/// Words of one danger.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DangerWords {
    /// The number that helps: `110`, `119`, `120` or `122`.
    pub call: String,
    /// At least so urgent.
    pub urgency: Urgency,
    /// Any of them.
    pub words: Vec<String>,
}

/// Words of one fact.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactWords {
    /// Key of the condition grammar, e.g. `场所类型`.
    pub key: String,
    /// Value, e.g. `娱乐场所`.
    pub value: String,
    /// Any of them.
    pub words: Vec<String>,
    /// What, directly after a word, says that it is somewhere else: 小区门口 is not in the compound.
    #[serde(default)]
    pub unless_before: Vec<String>,
}

/// A word of danger that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Danger<'a> {
    /// The word.
    pub word: &'a str,
    /// The number that helps.
    pub call: &'a str,
    /// At least so urgent.
    pub urgency: Urgency,
}

impl Lexicon {
    /// Checks what serde cannot.
    ///
    /// # Errors
    /// Names the list and what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        for danger in &self.danger {
            if danger.words.iter().any(String::is_empty) || danger.call.is_empty() {
                return Err(format!(
                    "danger of {:?}: a word or the number is empty",
                    danger.call
                ));
            }
        }
        for fact in &self.facts {
            let words = fact.words.iter().chain(&fact.unless_before);
            if words.into_iter().any(String::is_empty) || fact.value.is_empty() {
                return Err(format!(
                    "facts, {}={}: a word or the value is empty",
                    fact.key, fact.value
                ));
            }
            if !crate::domain::condition::FACT_KEYS.contains(&fact.key.as_str()) {
                return Err(format!(
                    "facts: {:?} is no key of the condition grammar",
                    fact.key
                ));
            }
        }
        if let Some(list) = self
            .synonyms
            .iter()
            .find(|list| list.iter().any(String::is_empty))
        {
            return Err(format!("synonyms, {list:?}: a word is empty"));
        }
        Ok(())
    }

    /// Every danger that a text tells, in the order of the lists.
    #[must_use]
    pub fn dangers(&self, text: &str) -> Vec<Danger<'_>> {
        let told = |word: &str| {
            text.match_indices(word).any(|(at, _)| {
                let before = &text[..at];
                !self.unless_after.iter().any(|not| before.ends_with(not.as_str()))
            })
        };
        let found: Vec<Danger<'_>> = self
            .danger
            .iter()
            .flat_map(|danger| danger.words.iter().map(move |word| (danger, word)))
            .filter(|(_, word)| told(word))
            .map(|(danger, word)| Danger {
                word,
                call: &danger.call,
                urgency: danger.urgency,
            })
            .collect();
        // 喊救命 is one word of danger, not two.
        let inside = |one: &Danger<'_>| {
            let longer =
                |other: &Danger<'_>| other.word.len() > one.word.len() && other.word.contains(one.word);
            found.iter().any(longer)
        };
        found.iter().filter(|danger| !inside(danger)).cloned().collect()
    }

    /// The value of a fact that a text tells, among the values that are asked for, with the word that told it. Where
    /// several are told, the one with most to say; where that is not clear, none.
    #[must_use]
    pub fn fact(&self, key: &str, asked: &[&str], text: &str) -> Option<(String, String)> {
        let mut told: Vec<(usize, String, String)> = asked
            .iter()
            .filter_map(|value| {
                let (weight, word) = self.told(key, value, text)?;
                Some((weight, (*value).to_owned(), word))
            })
            .collect();
        told.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        match told.as_slice() {
            [first, second, ..] if first.0 == second.0 => None,
            [(_, value, word), ..] => Some((value.clone(), word.clone())),
            [] => None,
        }
    }

    /// How much a text says for a value: the characters of its words, each as often as it stands there.
    fn told(&self, key: &str, value: &str, text: &str) -> Option<(usize, String)> {
        let list = self
            .facts
            .iter()
            .find(|list| list.key == key && list.value == value);
        let unless = list.map_or(&[][..], |list| list.unless_before.as_slice());
        let own = std::iter::once(value).filter(|_| list.is_none());
        let words = list
            .into_iter()
            .flat_map(|list| list.words.iter().map(String::as_str));
        let mut weight = 0;
        let mut longest: &str = "";
        for word in own.chain(words) {
            let here = text
                .match_indices(word)
                .filter(|(at, _)| {
                    let after = &text[at + word.len()..];
                    !unless.iter().any(|not| after.starts_with(not.as_str()))
                })
                .count();
            weight += here * word.chars().count();
            if here > 0 && word.len() > longest.len() {
                longest = word;
            }
        }
        (weight > 0).then(|| (weight, longest.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{DangerWords, FactWords, Lexicon};
    use contracts::words::Urgency;

    fn lexicon() -> Lexicon {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let fact = |value: &str, list: &[&str], unless: &[&str]| FactWords {
            key: "场所类型".to_owned(),
            value: value.to_owned(),
            words: words(list),
            unless_before: words(unless),
        };
        Lexicon {
            danger: vec![DangerWords {
                call: "119".to_owned(),
                urgency: Urgency::Emergency,
                words: words(&["着火", "被困"]),
            }],
            facts: vec![
                fact("住宅小区", &["小区", "单元"], &["门口"]),
                fact("娱乐场所", &["KTV", "酒吧"], &[]),
            ],
            unless_after: words(&["怕", "没"]),
            synonyms: Vec::new(),
        }
    }

    #[test]
    fn danger_is_told_unless_it_is_only_feared() {
        let lexicon = lexicon();
        let found = |text: &str| {
            lexicon
                .dangers(text)
                .iter()
                .map(|found| found.word.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("楼道着火，老人被困"), ["着火", "被困"]);
        assert!(found("堆满纸箱，就怕着火").is_empty());
        assert_eq!(found("去年没着火，今天着火了"), ["着火"]);
    }

    #[test]
    fn a_fact_is_told_by_its_words_or_by_itself() {
        let lexicon = lexicon();
        let asked = ["住宅小区", "娱乐场所", "公园"];
        let fact = |text: &str| lexicon.fact("场所类型", &asked, text).map(|(value, _)| value);
        assert_eq!(fact("楼下酒吧吵"), Some("娱乐场所".to_owned()));
        assert_eq!(fact("小区门口堵车"), None);
        assert_eq!(fact("公园里有人打鼓"), Some("公园".to_owned()));
        assert_eq!(fact("小区里的酒吧"), None);
        assert_eq!(lexicon.fact("场所类型", &["公园"], "楼下酒吧吵"), None);
    }

    #[test]
    fn a_list_for_no_key_is_refused_by_name() {
        let mut lexicon = lexicon();
        lexicon.facts[0].key = "天气".to_owned();
        assert!(lexicon.check().unwrap_err().contains("天气"));
        let mut lexicon = self::lexicon();
        lexicon.synonyms = vec![vec!["停水".to_owned(), String::new()]];
        assert!(lexicon.check().unwrap_err().contains("停水"));
    }
}
