//! How much likelier an entry says the words of a text than the whole city does: a language model per entry, made of its
//! own words and its past orders, smoothed by those of its group. Where an entry has few past orders, its kin help out.
use super::segments::Feature;
use super::vectors::{CHARACTER_WEIGHT, Counts, Postings, Vector, add};

/// What of an entry's model is its own, its group's, and everybody's.
const OWN: f32 = 0.5;
const GROUP: f32 = 0.2;
const EVERYBODY: f32 = 0.3;
/// Every feature counts as if it stood so often more.
const AT_LEAST: f32 = 0.1;

/// The models of all entries.
#[derive(Debug, Default)]
pub struct Models {
    /// The logarithm of how much likelier an entry of the group says a feature than one that never does.
    groups: Postings,
    /// What the entry itself adds to that.
    own: Postings,
    group_of: Vec<usize>,
}

impl Models {
    /// `words` are the words of each entry with its past orders, `group_of` the group of each.
    #[must_use]
    pub fn new(words: &[Counts], group_of: &[usize]) -> Self {
        let mut groups = vec![Counts::new(); group_of.iter().max().map_or(0, |last| last + 1)];
        let mut everybody = Counts::new();
        for (words, group) in words.iter().zip(group_of) {
            add(&mut groups[*group], words);
            add(&mut everybody, words);
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of features")]
        let all = total(&everybody) + AT_LEAST * everybody.len() as f32;
        let usual = |feature: &Feature| EVERYBODY * (everybody[feature] + AT_LEAST) / all;
        let totals: Vec<f32> = groups.iter().map(total).collect();
        let of_group = |group: usize, times: f32| GROUP * times / totals[group].max(1.0);
        let mut models = Self {
            group_of: group_of.to_vec(),
            ..Self::default()
        };
        for (group, words) in groups.iter().enumerate() {
            let speaks = words
                .iter()
                .map(|(feature, times)| (*feature, (of_group(group, *times) / usual(feature)).ln_1p()));
            models.groups.add(&Vector(speaks.collect()));
        }
        for (words, group) in words.iter().zip(group_of) {
            let share = OWN / total(words).max(1.0);
            let adds = words.iter().map(|(feature, times)| {
                let kin = of_group(*group, groups[*group][feature]);
                let usual = usual(feature);
                let more = ((share * times + kin) / usual).ln_1p() - (kin / usual).ln_1p();
                (*feature, more)
            });
            models.own.add(&Vector(adds.collect()));
        }
        models
    }

    /// What a text, as [`asked`], speaks for each entry.
    #[must_use]
    pub fn speaks(&self, asked: &Vector) -> Vec<f32> {
        let groups = self.groups.likeness(asked);
        let own = self.own.likeness(asked);
        let both = own.iter().zip(&self.group_of);
        both.map(|(own, group)| own + groups[*group]).collect()
    }
}

/// A text as it is compared with the models; `length` is about how many features of such a text tell something.
#[must_use]
pub fn asked(counts: &Counts, length: f32) -> Vector {
    let weighed = |(feature, times): (&Feature, &f32)| {
        let weight = if feature.is_character() {
            CHARACTER_WEIGHT
        } else {
            1.0
        };
        (*feature, times * weight / length)
    };
    Vector(counts.iter().map(weighed).collect())
}

fn total(counts: &Counts) -> f32 {
    counts.values().sum()
}

#[cfg(test)]
mod tests {
    use super::{Models, asked};
    use crate::domain::text::segments::Segmenter;
    use crate::domain::text::vectors::{Counts, count};

    #[test]
    fn past_orders_of_kin_speak_for_an_entry_but_less_than_its_own() {
        let segmenter = Segmenter::default();
        let counted = |text: &str| {
            let mut counts = Counts::new();
            count(&mut counts, &segmenter.features(text), 1.0);
            counts
        };
        let words = ["路灯不亮，一片漆黑", "灯杆歪了", "暖气不热"].map(counted);
        let models = Models::new(&words, &[0, 0, 1]);
        let speaks = models.speaks(&asked(&counted("门口漆黑"), 1.0));
        assert!(speaks[0] > speaks[1] && speaks[1] > 0.0, "{speaks:?}");
        assert_eq!(speaks[2], 0.0);
    }
}
