//! One step of a supervision order: written once, never changed.
use chrono::{DateTime, Utc};
use contracts::words::SupervisionLevel;
use serde::{Deserialize, Serialize};

/// What a step was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// A rung was proposed to a person.
    Proposed,
    /// The first rung was opened.
    Opened,
    /// A higher rung was opened.
    Escalated,
    /// Another trigger took effect that asks for no higher rung.
    Noticed,
    /// The limit of the rung passed without an answer.
    Expired,
    /// What the rung demands was brought.
    Answered,
    /// The answer was found good.
    Accepted,
    /// The answer was found wanting.
    Rejected,
    /// 销号
    Discharged,
}

/// One piece of evidence, or what a trigger saw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// A code of the rung; `order` and `saw` when the ladder wrote it.
    pub code: String,
    /// Where it is: a document's number, an order's id.
    pub reference: String,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// 1, 2, 3, …
    pub number: i32,
    /// What it was.
    pub kind: StepKind,
    /// `agent:<subject>`, `unit:<code>`, `ladder`
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The rung it is about.
    pub level: SupervisionLevel,
    /// Escalated: the rung before.
    pub from_level: Option<SupervisionLevel>,
    /// What caused it: code of a trigger, `silence`, `by_hand`.
    pub trigger: Option<String>,
    /// Number of its document.
    pub document: String,
    /// What is demanded, answered or decided; personal data masked.
    pub text: String,
    /// What was brought or seen.
    pub evidence: Vec<Evidence>,
    /// Opened, escalated, rejected: until when it must be answered.
    pub answer_until: Option<DateTime<Utc>>,
    /// Opened, escalated: units told beside the one that must act.
    pub told: Vec<String>,
    /// Discharged: `carried_out`, `order_closed`, `reassigned`, `unfounded`.
    pub outcome: Option<String>,
}

/// Who causes a step, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Why {
    /// `agent:<subject>`, `unit:<code>`, `ladder`
    pub author: String,
    /// Code of a trigger, `silence`, `by_hand`.
    pub trigger: String,
    /// In words, personal data masked; empty = what the rung demands says it.
    pub text: String,
    /// What was seen.
    pub evidence: Vec<Evidence>,
}

impl StepKind {
    /// The word in the table and the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Opened => "opened",
            Self::Escalated => "escalated",
            Self::Noticed => "noticed",
            Self::Expired => "expired",
            Self::Answered => "answered",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Discharged => "discharged",
        }
    }
}
