//! What was concluded from a text: stored with the question, shown with every explanation.
use contracts::directory::UnitRef;
use contracts::words::{Kind, Urgency};
use serde::{Deserialize, Serialize};

/// A confidence in thousandths, so that what is stored and replayed is compared exactly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Thousandths(pub u16);

impl Thousandths {
    /// Rounds a confidence between 0 and 1.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1000 after the clamp"
    )]
    pub fn of(confidence: f64) -> Self {
        Self((confidence.clamp(0.0, 1.0) * 1000.0).round() as u16)
    }

    /// Between 0 and 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// A matter that the text may be about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suggestion {
    /// Entry of the catalogue.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How sure.
    pub confidence: Thousandths,
}

/// A class of the intake scope that the text may belong to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConcludedScope {
    /// 类别编号
    pub code: String,
    /// 名称
    pub name: String,
    /// 处置, as the city writes it.
    pub disposition: String,
    /// 对市民的说明: the reason and the right address.
    pub advice: String,
    /// 转往单位
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// How sure.
    pub confidence: Thousandths,
}

/// What is proposed instead of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// The scope excludes it.
    Declined,
    /// Another hotline helps.
    Transferred,
    /// It is answered at once.
    Answered,
}

impl Proposal {
    /// The outcome of a decision.
    #[must_use]
    pub const fn outcome(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Transferred => "transferred",
            Self::Answered => "answered",
        }
    }

    /// Why an order waits for a dispatcher.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Declined => "proposed_decline",
            Self::Transferred => "proposed_transfer",
            Self::Answered => "proposed_answer",
        }
    }
}

/// A fact that the text told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FactFound {
    /// Key of the condition grammar.
    pub key: String,
    /// Value.
    pub value: String,
    /// The words that told it.
    pub words: String,
}

/// A word of danger in the text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DangerFound {
    /// The word.
    pub word: String,
    /// The number to call: 110, 119, 120, 122.
    pub call: String,
}

/// Everything that was concluded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Concluded {
    /// The matter, when the text decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<Suggestion>,
    /// How sure the decision is: the confidence of all matters that lead to it.
    #[serde(default)]
    pub confidence: Thousandths,
    /// The likeliest matters, at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
    /// 诉求类型, when it was not given: the text's when that is sure, else the matter's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// 紧急程度, when it was not given: the matter's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Facts that the text told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactFound>,
    /// Class of the intake scope, when it is likely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ConcludedScope>,
    /// What is proposed instead of an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// How sure it is that this is answered at once.
    #[serde(default)]
    pub answered: Thousandths,
    /// Words of danger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub danger: Vec<DangerFound>,
    /// How many past orders the confidences rest on; 0 = none, and nothing routes by itself.
    #[serde(default)]
    pub learned_from: u32,
}
