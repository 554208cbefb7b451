//! What the ladder did about the order of a referral, rung by rung.
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A supervision order 督办.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Supervised {
    /// The supervision order.
    pub supervision_id: Uuid,
    /// Number of its documents.
    pub number: String,
    /// Who had to act; absent = nobody owned the order.
    pub unit: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The rung it stands on, or ended on, 1 to 7.
    pub level: i16,
    /// On the leaders' list 领导督办件.
    pub leaders: bool,
    /// What began it: code of the ladder, or `by_hand`.
    pub trigger: String,
    /// When.
    pub began_at: DateTime<FixedOffset>,
    /// When it ended.
    pub discharged_at: Option<DateTime<FixedOffset>>,
    /// How: `carried_out`, `order_closed`, `reassigned`, `unfounded`.
    pub outcome: Option<String>,
    /// Everything that was done, the first first.
    pub steps: Vec<Rung>,
}

/// A step on the ladder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rung {
    /// 1, 2, 3, …
    pub number: i32,
    /// What it was: `opened`, `escalated`, `answered`, …
    pub kind: String,
    /// `agent:<subject>`, `unit:<code>` or `ladder`.
    pub author: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Rung, 1 to 7.
    pub level: i16,
    /// The rung before.
    pub from_level: Option<i16>,
    /// What caused it.
    pub trigger: Option<String>,
    /// Number of its document.
    pub document: String,
    /// What was demanded, answered or decided.
    pub text: String,
    /// What was brought or seen: `[{code, reference}]`.
    pub evidence: Value,
    /// Until when it had to be answered.
    pub answer_until: Option<DateTime<FixedOffset>>,
    /// Units told beside the one that must act.
    pub told: Vec<String>,
    /// How it ended.
    pub outcome: Option<String>,
}
