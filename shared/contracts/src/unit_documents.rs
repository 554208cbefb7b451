//! What a unit sees of an order: the one document of NATS, webhooks and REST pull.
//!
//! The type has no field for an identity, so none can leak through it.
use crate::directory::{PlaceV1, UnitRef};
use crate::ids::{
    AppealId, CallbackId, ConsultationId, ExtensionId, MatterCode, OrderId, OutcomeId, SuspensionId, UnitCode,
};
use crate::terms::{LimitUnit, ReturnRightV1, TermsV1};
use crate::words::{ClockName, Kind, Satisfaction, Urgency};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happened, from the unit's point of view. Wire form is the last word of the subject and of the type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum UnitNotice {
    /// The unit leads (or helps with) this order now.
    Assigned,
    /// Back for another round.
    Reworked,
    /// Its return request was refused; it stays responsible.
    ReturnRejected,
    /// More time was granted.
    ExtensionGranted,
    /// More time was refused.
    ExtensionDenied,
    /// 挂起: the order rests, with its clocks.
    Suspended,
    /// Its request that the order rest was refused, or nobody decided in time; or what the hotline had proposed, and was in
    /// the way of its request, is over. The clocks run on.
    SuspensionDenied,
    /// The rest is over.
    Resumed,
    /// 督办: supervision pushes the order; the note says how and until when.
    Supervised,
    /// Supervision raised its level.
    Escalated,
    /// 会商: the unit is summoned to a meeting about the order, whether it has it or not.
    Summoned,
    /// 协调结果: what was promised where units met, or what became of it; also for a unit that has not the order.
    Outcome,
    /// The caller's answer went against the unit that gave the reply, whether it has the order now or not; it may appeal 申诉.
    Answer,
    /// What came of its appeal, whether it has the order now or not.
    Appeal,
    /// A unit that helps said how its part ended; for the lead.
    CoReplied,
    /// The hotline corrected what the order is about; the assignment stands.
    Amended,
    /// The caller added something; for the lead.
    Supplemented,
    /// No longer its order.
    Revoked,
    /// The order is closed.
    Closed,
}

impl UnitNotice {
    /// Every notice, in the order of an order's life.
    pub const ALL: [Self; 19] = [
        Self::Assigned,
        Self::Reworked,
        Self::ReturnRejected,
        Self::ExtensionGranted,
        Self::ExtensionDenied,
        Self::Suspended,
        Self::SuspensionDenied,
        Self::Resumed,
        Self::Supervised,
        Self::Escalated,
        Self::Summoned,
        Self::Outcome,
        Self::Answer,
        Self::Appeal,
        Self::CoReplied,
        Self::Amended,
        Self::Supplemented,
        Self::Revoked,
        Self::Closed,
    ];

    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Reworked => "reworked",
            Self::ReturnRejected => "return_rejected",
            Self::ExtensionGranted => "extension_granted",
            Self::ExtensionDenied => "extension_denied",
            Self::Suspended => "suspended",
            Self::SuspensionDenied => "suspension_denied",
            Self::Resumed => "resumed",
            Self::Supervised => "supervised",
            Self::Escalated => "escalated",
            Self::Summoned => "summoned",
            Self::Outcome => "outcome",
            Self::Answer => "answer",
            Self::Appeal => "appeal",
            Self::CoReplied => "co_replied",
            Self::Amended => "amended",
            Self::Supplemented => "supplemented",
            Self::Revoked => "revoked",
            Self::Closed => "closed",
        }
    }
}

/// A CloudEvents 1.0 JSON document about one order for one unit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitDocumentV1 {
    /// Always `1.0`.
    pub specversion: String,
    /// Stable over retries and ways: the unit's idempotency key.
    pub id: Uuid,
    /// `/unit-gateway`.
    pub source: String,
    /// `hotline.order.<notice>.v1`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The order id.
    pub subject: OrderId,
    /// When it became true.
    pub time: DateTime<Utc>,
    /// `application/json`.
    pub datacontenttype: String,
    /// The order as this unit may see it.
    pub data: UnitOrderV1,
}

/// One order as its unit may see it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitOrderV1 {
    /// The order.
    pub order_id: OrderId,
    /// Number of the order.
    pub order_number: String,
    /// The unit this document is for.
    pub unit: UnitCode,
    /// Generation of the assignment; every command must name it. 0 = this unit does not have the order and is only told
    /// of it (`summoned`, `outcome`, `answer`, `appeal`): it can do nothing about it but appeal, and `terms` say nothing
    /// (all amounts are 0).
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// True for the lead, false for a co-handler.
    pub lead: bool,
    /// What happened.
    pub notice: UnitNotice,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// One line.
    pub title: String,
    /// What is wanted.
    pub text: String,
    /// Entry of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// Where.
    pub place: PlaceV1,
    /// Identity is protected; contact only through the hotline.
    pub confidential: bool,
    /// Everyone who helps.
    pub co_handlers: Vec<UnitRef>,
    /// Time limits.
    pub terms: TermsV1,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
    /// When this unit became responsible.
    pub assigned_at: DateTime<Utc>,
    /// Last moment to ask for a return; `None` when it may not be returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_until: Option<DateTime<Utc>>,
    /// Whether and how often it may ask for a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_right: Option<ReturnRightV1>,
    /// Why this unit, in Chinese.
    pub why: Vec<String>,
    /// What the caller still wants, why a return was refused, or why the order was amended or leaves the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the caller added since, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplements: Vec<UnitSupplementV1>,
    /// How many supplements are older than those in `supplements`, of which a document holds the newest only;
    /// `GET /v1/units/{unit}/orders/{order_id}` tells all. Absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplements_left_out: Option<u32>,
    /// What became of a request for more time; with `extension_granted` and `extension_denied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<UnitExtensionV1>,
    /// How long the order rests, how it goes on, or why it does not rest; with `suspended`, `resumed` and `suspension_denied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<UnitSuspensionV1>,
    /// When and where units meet about it; with `summoned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summons: Option<UnitSummonsV1>,
    /// What was promised, or what became of it; with `outcome`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<UnitOutcomeV1>,
    /// What the caller said of the unit's work, and until when it may appeal; with `answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<UnitAnswerV1>,
    /// What came of its appeal; with `appeal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<UnitAppealV1>,
}

/// What the caller added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitSupplementV1 {
    /// In words, personal data masked.
    pub text: String,
    /// When.
    pub supplemented_at: DateTime<Utc>,
}

/// What became of a request for more time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitExtensionV1 {
    /// The request.
    pub extension_id: ExtensionId,
    /// Whether there is more time.
    pub granted: bool,
    /// Which clock, when granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockName>,
    /// How much more, in `amount_unit`, when granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<u32>,
    /// What is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_unit: Option<LimitUnit>,
    /// The limit before, when granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_before: Option<DateTime<Utc>>,
    /// The limit now; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// Why not: code of `extension.denied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In words, personal data masked.
    pub reason: String,
}

/// How long an order rests 挂起, how it goes on, or why it does not rest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitSuspensionV1 {
    /// The suspension, or the request for it.
    pub suspension_id: SuspensionId,
    /// Why it rests: code of the city's policy; with `suspended`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    /// In words, personal data masked; absent when its time was up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// From when it rests; with `suspended`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<DateTime<Utc>>,
    /// When that ends by itself; with `suspended`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Why not: code of `suspension.denied`; with `suspension_denied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What waits for its review and is in the way; with code `already_pending`. When it is over and the order does not rest, a
    /// `suspension_denied` with its id says so, and the unit may ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<UnitPendingSuspensionV1>,
    /// When it went on; with `resumed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_at: Option<DateTime<Utc>>,
    /// When the unit must have finished now; with `resumed`, absent when nothing runs any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
}

/// A request that an order rest, or a proposal of the hotline, that waits for its review.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitPendingSuspensionV1 {
    /// Which one.
    pub suspension_id: SuspensionId,
    /// When it was made.
    pub since: DateTime<Utc>,
}

/// When and where units meet about an order 会商.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitSummonsV1 {
    /// The consultation.
    pub consultation_id: ConsultationId,
    /// Who is summoned.
    pub units: Vec<UnitCode>,
    /// When they meet.
    pub meets_at: DateTime<Utc>,
    /// Where, personal data masked.
    pub meets_where: String,
    /// True when they meet where it is: 现场督办.
    pub on_site: bool,
    /// What is to be settled, personal data masked.
    pub question: String,
}

/// A coordination outcome 协调结果. The order closes only when it is carried out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitOutcomeV1 {
    /// The outcome.
    pub outcome_id: OutcomeId,
    /// `recorded`, `part_carried_out`, `carried_out` (all of it), `dropped`.
    pub state: String,
    /// Who must carry it out.
    pub unit: UnitCode,
    /// What was agreed (`recorded`), found (`…carried_out`), or why it was given up; personal data masked.
    pub text: String,
    /// What must be done until when; with `recorded`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<UnitOutcomePartV1>,
    /// The part that is carried out; with `part_carried_out` and `carried_out`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<i32>,
}

/// One part of an outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitOutcomePartV1 {
    /// 1, 2, 3, …
    pub number: i32,
    /// What is to be done, personal data masked.
    pub what: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// An answer 回访结果 that counts against the unit. What the caller still wants is in the note of `reworked`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitAnswerV1 {
    /// The answer; an appeal names it.
    pub callback_id: CallbackId,
    /// Generation of the assignment in which the unit replied.
    pub generation: i32,
    /// Rework round of that reply.
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
    /// Last moment for an appeal.
    pub appeal_until: DateTime<Utc>,
}

/// What came of an appeal 申诉 of the unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitAppealV1 {
    /// The answer against which it was.
    pub callback_id: CallbackId,
    /// The appeal; absent when it was refused before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal_id: Option<AppealId>,
    /// `upheld` (the answer counts in no figure), `rejected` (it stands), `refused` (it was not looked at).
    pub state: String,
    /// Why it was refused: code of `appeal.refused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In words, personal data masked.
    pub reason: String,
}
