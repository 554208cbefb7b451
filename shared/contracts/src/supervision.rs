//! Events of supervision: clocks, extensions and suspensions, the ladder, consultations and what they decide; those about
//! figures and about coordination outcomes are in files of their own.
mod figures;
mod outcomes;

pub use figures::{
    ExclusionDeniedV1, ExclusionGrantedV1, ExclusionRequestedV1, MatterEmergedV1, ScoreChangedV1,
};
pub use outcomes::{
    OutcomeCarriedOutV1, OutcomeDroppedV1, OutcomePartCarriedOutV1, OutcomePartV1, OutcomeRecordedV1,
};

use crate::event::event;
use crate::ids::{
    ConsultationId, DivisionCode, ExtensionId, MatterCode, OrderId, ReferralId, RulingId, SupervisionId,
    SuspensionId, UnitCode,
};
use crate::terms::LimitUnit;
use crate::words::{ClockName, SupervisionLevel};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Yellow: the limit comes near. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockWarnedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Which clock.
    pub clock: ClockName,
    /// Arming of the clock: rises whenever the due time is set anew.
    pub timer_generation: i32,
    /// When the limit ends.
    pub due_at: DateTime<Utc>,
    /// The lead unit, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
}
event!(ClockWarnedV1, "supervision", "clock", "warned", 1);

/// Red: the limit has passed. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockBreachedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Which clock.
    pub clock: ClockName,
    /// Arming of the clock: rises whenever the due time is set anew.
    pub timer_generation: i32,
    /// When the limit ended; this, not the time of firing, is the legal moment.
    pub due_at: DateTime<Utc>,
    /// The lead unit, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
}
event!(ClockBreachedV1, "supervision", "clock", "breached", 1);

/// 延期: the unit gets more time. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExtensionGrantedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request it answers.
    pub extension_id: ExtensionId,
    /// The lead unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Which clock.
    pub clock: ClockName,
    /// How much more, counted in `amount_unit`.
    pub amount: u32,
    /// What is counted: the unit of the clock's own limit.
    pub amount_unit: LimitUnit,
    /// The limit before.
    pub due_before: DateTime<Utc>,
    /// The limit now.
    pub due_at: DateTime<Utc>,
    /// How many extensions this assignment has been granted, this one included.
    pub number: i32,
    /// Why, as the reviewer said it, personal data masked; the caller is told.
    pub reason: String,
}
event!(ExtensionGrantedV1, "supervision", "extension", "granted", 1);

/// The limit stays. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExtensionDeniedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request it answers.
    pub extension_id: ExtensionId,
    /// The unit that asked.
    pub unit: UnitCode,
    /// Generation it asked for.
    pub generation: i32,
    /// Stable code: `reviewed` (a person said no), `taken_back` (by the staff who asked; nobody is told), or the city's rule that
    /// forbids it: `too_often`, `too_much`,
    /// `too_late`, `too_early`, `already_pending`; `not_responsible` and `not_running` when there is nothing to extend.
    pub code: String,
    /// The limit that stays; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// Why, personal data masked.
    pub reason: String,
}
event!(ExtensionDeniedV1, "supervision", "extension", "denied", 1);

/// 挂起: the unit's clocks stand still; the city's total clock runs on. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderSuspendedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The suspension.
    pub suspension_id: SuspensionId,
    /// The lead unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Stable code of the city's policy: why an order may stand still, e.g. `court`, `weather`, `caller_absent`.
    pub reason_code: String,
    /// Why, personal data masked; the caller is told.
    pub reason: String,
    /// From when.
    pub suspended_at: DateTime<Utc>,
    /// When it ends by itself.
    pub until: DateTime<Utc>,
}
event!(OrderSuspendedV1, "supervision", "order", "suspended", 1);

/// The order does not stand still: a request for it was denied, or nobody decided in time. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SuspensionDeniedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request it answers.
    pub suspension_id: SuspensionId,
    /// The lead unit.
    pub unit: UnitCode,
    /// Generation it was asked for.
    pub generation: i32,
    /// True when the unit asked itself; what a supervisor proposed concerns neither unit nor caller until it is
    /// granted, unless it was in the unit's way.
    pub asked_by_unit: bool,
    /// Stable code: `reviewed` (a person said no), `lapsed` (the time asked for passed before anybody decided), or the
    /// city's rule that forbids it: `unknown_reason`, `too_long`, `too_often`, `too_late`, `already_pending`,
    /// `already_suspended`; `not_responsible` and `not_running` when there is nothing to suspend.
    pub code: String,
    /// Why, personal data masked.
    pub reason: String,
    /// What waits instead; with `already_pending`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingSuspensionV1>,
    /// True when a supervisor's proposal is over that was in the way of the unit: its own request was denied with
    /// `already_pending` while this one waited. The unit may ask again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_in_the_way: bool,
}
event!(SuspensionDeniedV1, "supervision", "suspension", "denied", 1);

/// A request for a suspension that waits for its review.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PendingSuspensionV1 {
    /// The request.
    pub suspension_id: SuspensionId,
    /// When it was made.
    pub since: DateTime<Utc>,
}

/// The clocks go on. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderResumedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The suspension that ends.
    pub suspension_id: SuspensionId,
    /// Generation of the assignment that stood still; absent in events of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<i32>,
    /// When.
    pub resumed_at: DateTime<Utc>,
    /// Why, personal data masked; absent when its time was up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the unit must have finished now; absent when nothing runs any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
}
event!(OrderResumedV1, "supervision", "order", "resumed", 1);

/// 督办: a supervision order was opened. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SupervisionOpenedV1 {
    /// The order that is supervised.
    pub order_id: OrderId,
    /// The supervision order.
    pub supervision_id: SupervisionId,
    /// Number of its document, told to the unit.
    pub number: String,
    /// Its level.
    pub level: SupervisionLevel,
    /// What opened it: code of the trigger in the city's ladder, or `by_hand`.
    pub trigger: String,
    /// Who must act; absent when nobody owns the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
    /// Who is told beside it.
    pub told: Vec<UnitCode>,
    /// Until when it must be answered.
    pub answer_until: DateTime<Utc>,
    /// What the answer must bring, by the ladder: codes.
    pub evidence: Vec<String>,
    /// What is demanded, personal data masked.
    pub demand: String,
}
event!(SupervisionOpenedV1, "supervision", "supervision", "opened", 1);

/// 升级: one supervision order stands on a higher rung; it never goes down silently. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SupervisionEscalatedV1 {
    /// The order that is supervised.
    pub order_id: OrderId,
    /// The supervision order.
    pub supervision_id: SupervisionId,
    /// Number of the document of this step.
    pub number: String,
    /// The rung before.
    pub from: SupervisionLevel,
    /// The rung now.
    pub level: SupervisionLevel,
    /// What opened it.
    pub trigger: String,
    /// Who must act; absent when nobody owns the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
    /// Who is told beside it.
    pub told: Vec<UnitCode>,
    /// Until when it must be answered.
    pub answer_until: DateTime<Utc>,
    /// What the answer must bring, by the ladder: codes.
    pub evidence: Vec<String>,
    /// What is demanded, personal data masked.
    pub demand: String,
}
event!(
    SupervisionEscalatedV1,
    "supervision",
    "supervision",
    "escalated",
    1
);

/// 销号: a supervision order has come to its end. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SupervisionDischargedV1 {
    /// The order that was supervised.
    pub order_id: OrderId,
    /// The supervision order.
    pub supervision_id: SupervisionId,
    /// The rung it reached.
    pub level: SupervisionLevel,
    /// Stable code: `carried_out`, `order_closed`, `reassigned`, `unfounded`.
    pub outcome: String,
    /// Why, personal data masked.
    pub reason: String,
}
event!(
    SupervisionDischargedV1,
    "supervision",
    "supervision",
    "discharged",
    1
);

/// 会商: units are summoned to settle whose an order is. One event for each order it is about, with the same id.
/// Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsultationOpenedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The consultation.
    pub consultation_id: ConsultationId,
    /// The supervision order it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision_id: Option<SupervisionId>,
    /// Who is summoned.
    pub units: Vec<UnitCode>,
    /// When they meet.
    pub meets_at: DateTime<Utc>,
    /// Where, personal data masked.
    pub meets_where: String,
    /// True when they meet where it is 现场会商.
    pub on_site: bool,
    /// What is to be settled, personal data masked.
    pub question: String,
}
event!(ConsultationOpenedV1, "supervision", "consultation", "opened", 1);

/// 会商定规: who owns an order that nobody owned, and every later one like it. Routing makes it a duty. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RulingMadeV1 {
    /// The order it was made about.
    pub order_id: OrderId,
    /// The ruling.
    pub ruling_id: RulingId,
    /// The consultation that ended in it.
    pub consultation_id: ConsultationId,
    /// 主办
    pub lead: UnitCode,
    /// 协办
    pub co_handlers: Vec<UnitCode>,
    /// The matter it is about; absent = the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// The area it holds in; absent = the finest division of the order's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<DivisionCode>,
    /// 条件 in the grammar of duties; empty = none.
    pub conditions: String,
    /// The document, personal data masked.
    pub basis: String,
    /// What was said, personal data masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<String>,
    /// First day; absent = the day it is enacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Last day; absent = until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}
event!(RulingMadeV1, "supervision", "ruling", "made", 1);

/// 移送纪检: a unit's conduct goes to discipline inspection with the whole record. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferralMadeV1 {
    /// The order.
    pub order_id: OrderId,
    /// The referral.
    pub referral_id: ReferralId,
    /// The supervision order that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision_id: Option<SupervisionId>,
    /// Number of its document.
    pub number: String,
    /// Whose conduct.
    pub unit: UnitCode,
    /// To whom, as the city names it.
    pub to: String,
    /// Why, personal data masked.
    pub reason: String,
    /// SHA-256 of the record as handed over, in hex.
    pub record_sha256: String,
}
event!(ReferralMadeV1, "supervision", "referral", "made", 1);
