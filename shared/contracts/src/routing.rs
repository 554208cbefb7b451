//! Events of routing: who is responsible, on what terms, and why.
use crate::calendar::CalendarV1;
use crate::directory::{ExplanationV1, UnitRef};
use crate::event::event;
use crate::ids::{DivisionCode, DutyCode, MatterCode, OrderId, ReturnId, UnitCode};
use crate::terms::TermsV1;
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
