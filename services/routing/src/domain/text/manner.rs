//! Yes or no: is it answered at once, is it a grievance? Learned from past complaints; says nothing without them.
use super::segments::{Feature, Segmenter};
use crate::domain::codes::FastMap;
use std::collections::{BTreeSet, HashMap};

/// Fewer complaints of which it is so teach nothing.
const SO_MIN: usize = 8;
/// A feature that one complaint alone has teaches nothing.
const SEEN_MIN: u32 = 2;
const FOLDS: usize = 5;
/// Newest complaints that are learned from.
const LEARN_MAX: usize = 5_000;

/// One past complaint: its features, the event it is about, and whether it is so.
#[derive(Clone, Debug)]
pub struct Case {
    /// Distinct features of title and text.
    pub features: BTreeSet<Feature>,
    /// Cases about one event are held out together.
    pub event: String,
    /// Whether it is so.
    pub is_so: bool,
}

/// Distinct features of a text.
#[must_use]
pub fn distinct(segmenter: Segmenter, title: &str, text: &str) -> BTreeSet<Feature> {
    let mut features: BTreeSet<Feature> = segmenter.features(title).into_iter().collect();
    features.extend(segmenter.features(text));
    features
}

/// Naive Bayes over distinct features; its sum is turned into a confidence by held-out cases.
#[derive(Clone, Debug, Default)]
pub struct Manner(Option<Learned>);

#[derive(Clone, Debug)]
struct Learned {
    bayes: Bayes,
    /// Confidence = logistic(slope · sum + offset).
    slope: f64,
    offset: f64,
}

impl Manner {
    /// Learns from past complaints, oldest first.
    #[must_use]
    pub fn learned(cases: &[Case]) -> Self {
        let cases = &cases[cases.len().saturating_sub(LEARN_MAX)..];
        let so = cases.iter().filter(|case| case.is_so).count();
        if so < SO_MIN || so == cases.len() {
            return Self(None);
        }
        let mut folds: HashMap<&str, usize> = HashMap::new();
        for case in cases {
            let next = folds.len() % FOLDS;
            folds.entry(&case.event).or_insert(next);
        }
        let mut held_out = Vec::with_capacity(cases.len());
        for fold in 0..FOLDS {
            let is_out = |case: &&Case| folds.get(case.event.as_str()) == Some(&fold);
            let (out, kept): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(is_out);
            if let Some(bayes) = Bayes::new(&kept) {
                held_out.extend(out.iter().map(|case| (bayes.sum(&case.features), case.is_so)));
            }
        }
        let all: Vec<&Case> = cases.iter().collect();
        let (slope, offset) = logistic(&held_out);
        Self(Bayes::new(&all).map(|bayes| Learned { bayes, slope, offset }))
    }

    /// How sure it is that it is so; 0 when nothing was learned.
    #[must_use]
    pub fn certainty(&self, features: &BTreeSet<Feature>) -> f64 {
        self.0.as_ref().map_or(0.0, |learned| {
            1.0 / (1.0 + (-(learned.slope * learned.bayes.sum(features) + learned.offset)).exp())
        })
    }
}

#[derive(Clone, Debug)]
struct Bayes {
    weights: FastMap<u64, f64>,
    bias: f64,
}

impl Bayes {
    fn new(cases: &[&Case]) -> Option<Self> {
        let mut number = [0_u32; 2];
        let mut seen: FastMap<u64, [u32; 2]> = FastMap::default();
        for case in cases {
            let side = usize::from(case.is_so);
            number[side] += 1;
            for feature in &case.features {
                seen.entry(feature.key()).or_default()[side] += 1;
            }
        }
        let share = |with: u32, of: u32| (f64::from(with) + 0.5) / (f64::from(of) + 1.0);
        let weights = seen
            .into_iter()
            .filter(|(_, with)| with[0] + with[1] >= SEEN_MIN)
            .map(|(feature, with)| {
                (
                    feature,
                    (share(with[1], number[1]) / share(with[0], number[0])).ln(),
                )
            })
            .collect();
        (number[0] > 0 && number[1] > 0).then(|| Self {
            weights,
            bias: (f64::from(number[1]) / f64::from(number[0])).ln(),
        })
    }

    fn sum(&self, features: &BTreeSet<Feature>) -> f64 {
        let known = features
            .iter()
            .filter_map(|feature| self.weights.get(&feature.key()));
        self.bias + known.sum::<f64>()
    }
}

/// Slope and offset that make the sums of held-out cases confidences: Newton's method on the sums in units of their own
/// spread, every step at most one, so that it also settles where nearly all cases are told apart.
fn logistic(cases: &[(f64, bool)]) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "a number of complaints")]
    let number = cases.len().max(1) as f64;
    let mean = cases.iter().map(|(sum, _)| sum).sum::<f64>() / number;
    let variance = cases.iter().map(|(sum, _)| (sum - mean).powi(2)).sum::<f64>() / number;
    let spread = variance.sqrt().max(1e-9);
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..100 {
        // A weak pull to 1 and 0 keeps both finite.
        let (mut g, mut h) = ([slope - 1.0, offset], [1.0, 0.0, 1.0]);
        for (sum, answered) in cases {
            let x = (sum - mean) / spread;
            let p = 1.0 / (1.0 + (-(slope * x + offset)).exp());
            let (miss, bend) = (p - f64::from(u8::from(*answered)), p * (1.0 - p));
            g[0] += miss * x;
            g[1] += miss;
            h[0] += bend * x * x;
            h[1] += bend * x;
            h[2] += bend;
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        let step = [
            (h[2] * g[0] - h[1] * g[1]) / determinant,
            (h[0] * g[1] - h[1] * g[0]) / determinant,
        ];
        let shorten = 1.0 / step[0].abs().max(step[1].abs()).max(1.0);
        slope -= shorten * step[0];
        offset -= shorten * step[1];
    }
    let slope = slope.max(0.0) / spread;
    (slope, offset - slope * mean)
}

#[cfg(test)]
mod tests {
    use super::{Case, Manner, Segmenter, distinct};

    fn case(n: usize, title: &str, answered: bool) -> Case {
        Case {
            features: distinct(Segmenter::default(), title, ""),
            event: n.to_string(),
            is_so: answered,
        }
    }

    #[test]
    fn questions_are_told_from_grievances_once_there_are_enough() {
        let topics = [
            "社保",
            "医保",
            "公积金",
            "落户",
            "护照",
            "学籍",
            "退休金",
            "居住证",
            "公交卡",
            "驾照",
        ];
        let mut cases = Vec::new();
        for (n, topic) in topics.iter().enumerate() {
            cases.push(case(n, &format!("咨询{topic}怎么办理需要什么材料"), true));
            cases.push(case(100 + n, &format!("{topic}窗口没人管要求处理"), false));
            cases.push(case(200 + n, "垃圾没人清要求处理", false));
        }
        let manner = Manner::learned(&cases);
        let asked = |title: &str| manner.certainty(&distinct(Segmenter::default(), title, ""));
        assert!(asked("咨询户口本怎么补办需要什么材料") > 0.7);
        assert!(asked("楼下垃圾没人清要求处理") < 0.2);
        let few = Manner::learned(&cases[..6]);
        assert_eq!(few.certainty(&cases[0].features), 0.0);
    }
}
