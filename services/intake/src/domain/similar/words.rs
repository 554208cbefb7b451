//! What texts have in common: pairs of neighbouring characters and numbers. Chinese is written without spaces, and two characters tell
//! more of a place or a thing than a word list that does not know the city.
use std::collections::BTreeSet;

/// The pairs of a text, as hashes.
pub type Words = BTreeSet<i32>;

/// Hashes of the pairs of neighbouring units: a Chinese character is one, and so is a whole number or Latin word, so that
/// house 12 is not half of house 123. Punctuation and spaces part them.
#[must_use]
pub fn words(text: &str) -> Words {
    let mut pairs = Words::new();
    let mut before: Option<String> = None;
    for unit in units(text) {
        if let (Some(first), Some(second)) = (&before, &unit) {
            pairs.insert(hash(first, second));
        }
        before = unit;
    }
    pairs
}

/// Characters, and runs of Latin letters and digits; `None` where punctuation parts them.
fn units(text: &str) -> Vec<Option<String>> {
    let mut units: Vec<Option<String>> = Vec::new();
    let mut in_run = false;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let is_latin = letter.is_ascii_alphanumeric();
        match units.last_mut() {
            Some(Some(run)) if is_latin && in_run => run.push(letter),
            _ => units.push(letter.is_alphanumeric().then(|| letter.to_string())),
        }
        in_run = is_latin;
    }
    units
}

/// FNV-1a of both, parted: the same on every machine, because it is stored.
fn hash(first: &str, second: &str) -> i32 {
    let bytes = first.bytes().chain([0]).chain(second.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash.cast_signed()
}

/// Dice's coefficient: twice what both have over all they have; 0 when one of them has nothing.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "a text has at most some thousand pairs"
)]
pub fn alike(one: &Words, other: &Words) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    2.0 * one.intersection(other).count() as f64 / (one.len() + other.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::{alike, words};

    #[test]
    fn the_same_text_is_alike_and_another_is_not() {
        let light = words("文化路与东风路交叉口，路灯不亮");
        assert!((alike(&light, &light) - 1.0).abs() < f64::EPSILON);
        let shorter = alike(&light, &words("文化路东风路口路灯不亮"));
        assert!(shorter > 0.6 && shorter < 1.0, "{shorter}");
        assert!(alike(&light, &words("小区停水三天了")) < 0.1);
        assert!(alike(&light, &words("")).abs() < f64::EPSILON);
        assert_eq!(words("A3栋"), words("a3栋"), "capitals do not count");
        let numbers = alike(&words("文化路12号院"), &words("文化路123号院"));
        assert!(numbers < 0.7, "another house: {numbers}");
        assert_eq!(
            words("路12号"),
            words("路12 号").union(&words("12号")).copied().collect()
        );
        assert!(words("，。 ").is_empty());
    }

    #[test]
    fn stored_hashes_stay_what_they_are() {
        let pair: Vec<i32> = words("路灯").into_iter().collect();
        assert_eq!(pair, [STORED]);
    }

    /// Of 路灯, as it stands in tables since the first release.
    const STORED: i32 = 151_080_116;
}
