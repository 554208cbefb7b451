//! Coordination outcomes 协调结果: what units promised where they met, in parts, and what became of it. An order closes
//! only when its outcome is carried out.
use crate::event::event;
use crate::ids::{ConsultationId, OrderId, OutcomeId, SupervisionId, UnitCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is promised: who carries out what until when. From now on it holds the closing of its order; at most one of an
/// order goes on. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutcomeRecordedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The outcome.
    pub outcome_id: OutcomeId,
    /// The consultation where it was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consultation_id: Option<ConsultationId>,
    /// The supervision order it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision_id: Option<SupervisionId>,
    /// Who must carry it out.
    pub unit: UnitCode,
    /// What was agreed, personal data masked.
    pub text: String,
    /// Its parts, at least one, in the order of their numbers.
    pub parts: Vec<OutcomePartV1>,
    /// When the last part is due.
    pub until: DateTime<Utc>,
}
event!(OutcomeRecordedV1, "supervision", "outcome", "recorded", 1);

/// One part of an outcome, an instalment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutcomePartV1 {
    /// 1, 2, 3, …
    pub number: i32,
    /// What is done, personal data masked.
    pub what: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// One part is carried out, and others remain. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutcomePartCarriedOutV1 {
    /// The order.
    pub order_id: OrderId,
    /// The outcome.
    pub outcome_id: OutcomeId,
    /// Who carried it out.
    pub unit: UnitCode,
    /// Which part.
    pub part: i32,
    /// What was found, personal data masked.
    pub report: String,
    /// When it was found to be carried out.
    pub carried_out_at: DateTime<Utc>,
    /// Parts that remain.
    pub remaining: i32,
}
event!(
    OutcomePartCarriedOutV1,
    "supervision",
    "outcome",
    "part_carried_out",
    1
);

/// The last part is carried out: the outcome no longer holds its order. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutcomeCarriedOutV1 {
    /// The order.
    pub order_id: OrderId,
    /// The outcome.
    pub outcome_id: OutcomeId,
    /// Who carried it out.
    pub unit: UnitCode,
    /// Which part was the last.
    pub part: i32,
    /// What was found, personal data masked.
    pub report: String,
    /// When it was found to be carried out.
    pub carried_out_at: DateTime<Utc>,
}
event!(OutcomeCarriedOutV1, "supervision", "outcome", "carried_out", 1);

/// Two people gave the outcome up: it holds its order no longer. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutcomeDroppedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The outcome.
    pub outcome_id: OutcomeId,
    /// Who was to carry it out.
    pub unit: UnitCode,
    /// Why, personal data masked.
    pub reason: String,
}
event!(OutcomeDroppedV1, "supervision", "outcome", "dropped", 1);
