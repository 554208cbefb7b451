//! Why a decision came out as it did: first as data, then as sentences made of nothing but that data, so that
//! what people read and what programs read cannot differ.
mod data;
mod en;
mod said;
#[cfg(test)]
mod tests;
mod zh;

pub use data::{AskData, DecisionData, DutyData, Named, PassedOverData, PlaceData, TakenData};

use crate::domain::decide::{Decision, Question};
use crate::domain::directory::Directory;
use crate::domain::text::Concluded;
use contracts::directory::{ExplanationV1, UnitRef};
use serde::{Deserialize, Serialize};

/// The reasons of one assignment, or of the lack of one. Stored as it is; the sentences are made when they are
/// asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// What the directory decided.
    pub data: DecisionData,
    /// What was concluded from title and text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<Concluded>>,
    /// The dispatcher who decided instead, with the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatched: Option<Dispatched>,
}

/// A decision by a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Dispatched {
    /// `agent:<subject>`
    pub by: String,
    /// The unit that was named.
    pub lead: UnitRef,
    /// Why, personal data masked.
    pub reason: String,
}

impl Explanation {
    /// Every duty that was looked at, in both languages.
    #[must_use]
    pub fn sentences(&self) -> ExplanationV1 {
        self.said(true)
    }

    /// Without the duties that lost: what events and units' documents carry.
    #[must_use]
    pub fn summary(&self) -> ExplanationV1 {
        self.said(false)
    }

    fn said(&self, losers: bool) -> ExplanationV1 {
        let mut said = ExplanationV1 {
            en: en::sentences(&self.data, losers),
            zh: zh::sentences(&self.data, losers),
        };
        if let Some(concluded) = &self.text {
            let matter = self.data.matter.as_ref().map(|matter| matter.code.as_str());
            // After the first sentence, which names the directory: what the question was made of.
            for (position, (en, zh)) in (1..).zip(said::sentences(concluded, matter)) {
                said.en.insert(position, en);
                said.zh.insert(position, zh);
            }
        }
        if let Some(dispatched) = &self.dispatched {
            said.en.push(en::dispatched(dispatched));
            said.zh.push(zh::dispatched(dispatched));
        }
        said
    }
}

/// Explains a decision of this directory.
#[must_use]
pub fn explain(directory: &Directory, question: &Question, decision: &Decision) -> Explanation {
    let mut data = DecisionData::new(directory, question, decision);
    if let Some(proposal) = question.proposal() {
        data.outcome = proposal.outcome().to_owned();
        data.reason = Some(proposal.reason().to_owned());
    }
    Explanation {
        data,
        text: question.concluded.clone(),
        dispatched: None,
    }
}
