//! Events of routing: who is responsible, on what terms, and why.
use crate::calendar::CalendarV1;
use crate::directory::{ExplanationV1, UnitRef};
use crate::event::event;
use crate::ids::{DivisionCode, DutyCode, MatterCode, OrderId, ReturnId, RulingId, UnitCode};
use crate::terms::{ReturnRightV1, TermsV1};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A directory version became the one decisions use. Key: a fixed id of the directory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DirectoryPublishedV1 {
    /// 1, 2, 3, …
    pub version: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The calendars of this version, whole: clocks are computed from them.
    pub calendars: Vec<CalendarV1>,
}
event!(DirectoryPublishedV1, "routing", "directory", "published", 1);

/// Generation n of "who is responsible for this order". Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderAssignedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Number of the order.
    pub order_number: String,
    /// 1, 2, 3, …; only the newest may act.
    pub generation: i32,
    /// 主办.
    pub lead: UnitRef,
    /// 协办.
    pub co_handlers: Vec<UnitRef>,
    /// The matter it was routed by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// Chain of divisions, finest first.
    pub divisions: Vec<DivisionCode>,
    /// Time limits.
    pub terms: TermsV1,
    /// The duties that decided; empty when a dispatcher did.
    pub duties: Vec<DutyCode>,
    /// Version of the directory the decision cites.
    pub directory_version: i64,
    /// When the complaint was accepted: the start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// When this generation was dispatched: the start of the unit's clocks.
    pub assigned_at: DateTime<Utc>,
    /// Last moment to ask for a return, by the lead's calendar; `None` when it may not return the order, or when the
    /// directory no longer has its calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_until: Option<DateTime<Utc>>,
    /// Whether and how often the lead may ask for a return. Absent in events of before there were policies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_right: Option<ReturnRightV1>,
    /// Why.
    pub explanation: ExplanationV1,
}
event!(OrderAssignedV1, "routing", "order", "assigned", 1);

/// Nobody could be named; a dispatcher or a consultation must. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderUndecidedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Stable code: `tie`, `no_duty`, `no_matter`, `place_unknown`, `place_ambiguous`, `place_too_coarse`, `role_unresolved`; what the
    /// text proposes instead of an order: `proposed_decline`, `proposed_transfer`, `proposed_answer`.
    pub reason: String,
    /// Units that were in question.
    pub candidates: Vec<UnitRef>,
    /// Version of the directory the attempt cites.
    pub directory_version: i64,
    /// Why.
    pub explanation: ExplanationV1,
}
event!(OrderUndecidedV1, "routing", "order", "undecided", 1);

/// The lead asked for help: more units help with the same generation, and the lead stays responsible. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderCoHandlersAddedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The generation, which goes on.
    pub generation: i32,
    /// Who is new.
    pub added: Vec<UnitRef>,
    /// Everyone who helps now.
    pub co_handlers: Vec<UnitRef>,
    /// Codes that were asked for and are no unit that is valid today.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnitCode>,
    /// Why, as the lead said it, personal data masked.
    pub reason: String,
}
event!(OrderCoHandlersAddedV1, "routing", "order", "co_handlers_added", 1);

/// Nobody owns the order and no unit may pass it on any more: a consultation 会商 must end in a ruling. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderDisputedV1 {
    /// The order.
    pub order_id: OrderId,
    /// Stable code: `bounced` (returned too often), `loop` (the unit points at one that returned it before), `no_lead`
    /// (after a return, no duty names anybody else).
    pub reason: String,
    /// How many returns of this order were upheld.
    pub returns: i32,
    /// Units in question: those that returned it, and whoever else was named.
    pub candidates: Vec<UnitRef>,
    /// Version of the directory the attempt cites.
    pub directory_version: i64,
    /// Why.
    pub explanation: ExplanationV1,
}
event!(OrderDisputedV1, "routing", "order", "disputed", 1);

/// The order was amended, and the decision stands: same lead, same terms, same generation. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderKeptV1 {
    /// The order.
    pub order_id: OrderId,
    /// The generation that goes on.
    pub generation: i32,
    /// Number of the amendment inside the order.
    pub amendment: i32,
    /// Version of the directory that was asked.
    pub directory_version: i64,
    /// Why.
    pub explanation: ExplanationV1,
}
event!(OrderKeptV1, "routing", "order", "kept", 1);

/// The hotline agreed that the order is not this unit's. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnUpheldV1 {
    /// The order.
    pub order_id: OrderId,
    /// The return request.
    pub return_id: ReturnId,
    /// The unit that asked.
    pub unit: UnitCode,
    /// The generation that ends with this.
    pub generation: i32,
    /// The reviewer's reason, personal data masked.
    pub reason: String,
}
event!(ReturnUpheldV1, "routing", "return", "upheld", 1);

/// The order stays where it is; the unit is told why. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnRejectedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The return request.
    pub return_id: ReturnId,
    /// The unit that asked.
    pub unit: UnitCode,
    /// The generation that goes on.
    pub generation: i32,
    /// The reviewer's reason, personal data masked.
    pub reason: String,
}
event!(ReturnRejectedV1, "routing", "return", "rejected", 1);

/// A ruling of a consultation cannot become a duty that decides its order; the consultation must say it otherwise.
/// Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RulingRefusedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The ruling.
    pub ruling_id: RulingId,
    /// Stable code of the problem.
    pub code: String,
    /// What of the ruling is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why.
    pub reason: String,
}
event!(RulingRefusedV1, "routing", "ruling", "refused", 1);
