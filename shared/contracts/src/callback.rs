//! Events of callback: what the caller says, and how orders end.
use crate::event::event;
use crate::ids::{AppealId, CallbackId, ComplaintId, JudgementId, OrderId, UnitCode};
use crate::terms::Limit;
use crate::words::{CallbackWay, Finding, Outcome, RaisedTo, Satisfaction};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A replied order waits for its callback 回访; told again when a correction of the order moves its time. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallbackScheduledV1 {
    /// The task.
    pub callback_id: CallbackId,
    /// The order.
    pub order_id: OrderId,
    /// Rework round that was replied.
    pub rework: i32,
    /// From when the caller may be called.
    pub due_at: DateTime<Utc>,
}
event!(CallbackScheduledV1, "callback", "callback", "scheduled", 1);

/// The caller was not reached; the task stays. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallbackAttemptedV1 {
    /// The task.
    pub callback_id: CallbackId,
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, …
    pub attempt: i32,
    /// When the next attempt is due.
    pub due_at: DateTime<Utc>,
    /// How it was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<CallbackWay>,
}
event!(CallbackAttemptedV1, "callback", "callback", "attempted", 1);

/// What the caller answered, as separate facts. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallbackRecordedV1 {
    /// The task.
    pub callback_id: CallbackId,
    /// The order.
    pub order_id: OrderId,
    /// The unit whose reply was checked.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round that was replied.
    pub rework: i32,
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: Satisfaction,
    /// Satisfied with the attitude?
    pub attitude: Satisfaction,
    /// How the caller was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<CallbackWay>,
    /// When the caller answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
    /// The task at which the caller was asked, when one call answered several orders of the same person and matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_with: Option<CallbackId>,
}
event!(CallbackRecordedV1, "callback", "callback", "recorded", 1);

/// What a contradiction rests on. The reply is that of unit, generation and rework at unit-gateway; the answer is that of
/// the callback task. Neither text is here: both are read where they are kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContradictionV1 {
    /// Rework round of the reply.
    pub rework: i32,
    /// When the unit replied.
    pub replied_at: DateTime<Utc>,
    /// What it claimed.
    pub claimed: ClaimsV1,
    /// When the caller answered.
    pub answered_at: DateTime<Utc>,
    /// How the caller was reached.
    pub way: CallbackWay,
    /// What the caller said to the same questions.
    pub said: ClaimsV1,
}

/// The three questions to which unit and caller may give different answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClaimsV1 {
    /// It is solved.
    pub solved: bool,
    /// The unit contacted the caller.
    pub contacted: bool,
    /// What the caller says of the result; `None` = the unit claimed nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Satisfaction>,
}

/// 虚假回复: the unit claimed what the caller denies. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReplyContradictedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The task that showed it.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Which claims were denied: `solved`, `contacted`, `result`.
    pub claims: Vec<String>,
    /// What was claimed and what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<ContradictionV1>,
}
event!(ReplyContradictedV1, "callback", "reply", "contradicted", 1);

/// 重办: back to the same unit after a justified "no". Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderReworkedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit, unchanged.
    pub unit: UnitCode,
    /// The generation, kept.
    pub generation: i32,
    /// The new round: 1, 2, …
    pub rework: i32,
    /// What the caller still wants, personal data masked.
    pub reason: String,
    /// The time the unit has in this round, from the moment of this event; `None` = the terms of the assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
}
event!(OrderReworkedV1, "callback", "order", "reworked", 1);

/// The end. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderClosedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Its complaint.
    pub complaint_id: ComplaintId,
    /// How it ended.
    pub outcome: Outcome,
    /// When.
    pub closed_at: DateTime<Utc>,
    /// Why it ended unsolved: two people found so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}
event!(OrderClosedV1, "callback", "order", "closed", 1);

/// The rounds of rework are used up, or the city's policy gives none: supervision or the leaders take it on, while the
/// order goes back to its unit. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderRaisedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The task whose answer caused it.
    pub callback_id: CallbackId,
    /// The unit, which keeps the order.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework rounds that did not help; 0 = the first result already goes there.
    pub rework: i32,
    /// Who takes it on.
    pub to: RaisedTo,
}
event!(OrderRaisedV1, "callback", "order", "raised", 1);

/// Two people found the demand unreasonable or impossible to fulfil; the order ends, and the answer counts in no figure.
/// Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JudgementMadeV1 {
    /// The judgement.
    pub judgement_id: JudgementId,
    /// The order.
    pub order_id: OrderId,
    /// The answers it takes out of the figures: all of this order so far.
    pub callback_ids: Vec<CallbackId>,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// What was found.
    pub finding: Finding,
    /// Why, personal data masked.
    pub reason: String,
}
event!(JudgementMadeV1, "callback", "judgement", "made", 1);

/// An answer counts against the unit: not solved, or not satisfied with the result or the attitude. Only such an answer is
/// told; the unit may appeal 申诉 against it. No word of the caller is here. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AnswerWentAgainstV1 {
    /// The order.
    pub order_id: OrderId,
    /// The answer.
    pub callback_id: CallbackId,
    /// The unit whose reply was checked.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round of the reply that was asked about.
    pub rework: i32,
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: Satisfaction,
    /// Satisfied with the attitude?
    pub attitude: Satisfaction,
    /// When the caller answered.
    pub answered_at: DateTime<Utc>,
    /// Last moment for an appeal, by the policy as it was then.
    pub appeal_until: DateTime<Utc>,
}
event!(AnswerWentAgainstV1, "callback", "answer", "went_against", 1);

/// 申诉: a unit says that an answer about its work is wrong. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AppealOpenedV1 {
    /// The appeal.
    pub appeal_id: AppealId,
    /// The order.
    pub order_id: OrderId,
    /// The answer.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round of the reply that was asked about.
    pub rework: i32,
    /// Why, personal data masked.
    pub ground: String,
}
event!(AppealOpenedV1, "callback", "appeal", "opened", 1);

/// The appeal is right: the answer counts in no figure of the unit. The order goes its way. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AppealUpheldV1 {
    /// The appeal.
    pub appeal_id: AppealId,
    /// The order.
    pub order_id: OrderId,
    /// The answer that does not count.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// Why, personal data masked.
    pub reason: String,
}
event!(AppealUpheldV1, "callback", "appeal", "upheld", 1);

/// The appeal is wrong: the answer stands. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AppealRejectedV1 {
    /// The appeal.
    pub appeal_id: AppealId,
    /// The order.
    pub order_id: OrderId,
    /// The answer, which stands.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// Why, personal data masked.
    pub reason: String,
}
event!(AppealRejectedV1, "callback", "appeal", "rejected", 1);

/// A unit's system asked for an appeal that is not possible; there is none. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AppealRefusedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The answer.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// `too_late`, `exists` (there is another appeal against it), `not_bad`, `unknown`.
    pub code: String,
    /// The same in words.
    pub reason: String,
}
event!(AppealRefusedV1, "callback", "appeal", "refused", 1);
