//! Weighted features: rare ones say more, repeated ones little more, and texts of any length are comparable.
use super::segments::Feature;
use crate::domain::codes::FastMap;
use std::collections::BTreeMap;

/// How often each feature stands in a text, or in several of them.
pub type Counts = BTreeMap<Feature, f32>;

/// Adds the features of a text, each occurrence counting `times`.
pub fn count(counts: &mut Counts, features: &[Feature], times: f32) {
    for feature in features {
        *counts.entry(*feature).or_default() += times;
    }
}

/// Adds what was counted before.
pub fn add(counts: &mut Counts, other: &Counts) {
    for (feature, times) in other {
        *counts.entry(*feature).or_default() += times;
    }
}

/// How much a feature says: the fewer of the documents have it, the more.
#[derive(Clone, Debug, Default)]
pub struct Rarity {
    documents: f32,
    with: FastMap<u64, f32>,
}

/// What a single character counts beside a pair or a word of the same rarity.
pub const CHARACTER_WEIGHT: f32 = 0.4;

impl Rarity {
    /// Counts in how many documents each feature stands.
    #[must_use]
    pub fn of<'a>(documents: impl Iterator<Item = &'a Counts>) -> Self {
        let mut rarity = Self::default();
        for document in documents {
            rarity.documents += 1.0;
            for feature in document.keys() {
                *rarity.with.entry(feature.key()).or_default() += 1.0;
            }
        }
        rarity
    }

    /// What one feature says.
    #[must_use]
    pub fn weight(&self, feature: Feature) -> f32 {
        let with = self.with.get(&feature.key()).copied().unwrap_or_default();
        let weight = ((self.documents + 1.0) / (with + 0.5)).ln();
        if feature.is_character() {
            weight * CHARACTER_WEIGHT
        } else {
            weight
        }
    }

    /// A set of features with what each of them says, of whatever length comes out.
    #[must_use]
    pub fn weighed(&self, set: &Counts) -> Vector {
        let weighed = set.keys().map(|feature| (*feature, self.weight(*feature)));
        Vector(weighed.collect())
    }

    /// The vector of a document, of length 1 (or empty).
    #[must_use]
    pub fn vector(&self, counts: &Counts) -> Vector {
        let mut parts: Vec<(Feature, f32)> = counts
            .iter()
            .map(|(feature, times)| (*feature, (1.0 + times.ln()) * self.weight(*feature)))
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        let length = parts
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f32>()
            .sqrt();
        if length > 0.0 {
            parts.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        Vector(parts)
    }
}

/// A document as weighted features.
#[derive(Clone, Debug, Default)]
pub struct Vector(pub Vec<(Feature, f32)>);

/// From features to the documents that have them.
#[derive(Clone, Debug, Default)]
pub struct Postings {
    lists: FastMap<u64, Vec<(u32, f32)>>,
    documents: usize,
}

impl Postings {
    /// Adds a document; they count up from 0.
    pub fn add(&mut self, vector: &Vector) {
        let document = u32::try_from(self.documents).unwrap_or(u32::MAX);
        for (feature, weight) in &vector.0 {
            self.lists
                .entry(feature.key())
                .or_default()
                .push((document, *weight));
        }
        self.documents += 1;
    }

    /// How alike each document is: 0 nothing in common; 1 the same, where both vectors have length 1.
    #[must_use]
    pub fn likeness(&self, vector: &Vector) -> Vec<f32> {
        let mut alike = vec![0.0; self.documents];
        for (feature, weight) in &vector.0 {
            for (document, other) in self.lists.get(&feature.key()).into_iter().flatten() {
                alike[*document as usize] += weight * other;
            }
        }
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Postings, Rarity, count};
    use crate::domain::text::segments::Segmenter;

    #[test]
    fn a_text_is_most_like_the_document_about_the_same() {
        let segmenter = Segmenter::default();
        let documents = ["路灯不亮", "暖气不热", "垃圾没人收"].map(|text| {
            let mut counts = Counts::new();
            count(&mut counts, &segmenter.features(text), 1.0);
            counts
        });
        let rarity = Rarity::of(documents.iter());
        let mut postings = Postings::default();
        documents
            .iter()
            .for_each(|document| postings.add(&rarity.vector(document)));
        let mut asked = Counts::new();
        count(&mut asked, &segmenter.features("家里暖气一点都不热"), 1.0);
        let alike = postings.likeness(&rarity.vector(&asked));
        assert!(alike[1] > alike[0] && alike[0] > alike[2], "{alike:?}");
        let same = postings.likeness(&rarity.vector(&documents[1]));
        assert!((same[1] - 1.0).abs() < 1e-5, "{same:?}");
        assert!(
            postings
                .likeness(&rarity.vector(&Counts::new()))
                .iter()
                .all(|x| *x == 0.0)
        );
    }
}
