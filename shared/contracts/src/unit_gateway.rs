//! Events of unit-gateway: what was carried to a unit and what the unit did.
use crate::event::event;
use crate::ids::{CallbackId, ExtensionId, OrderId, ReturnId, SuspensionId, UnitCode};
use crate::terms::LimitUnit;
use crate::words::{ClockName, DeliveryWay, Satisfaction};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The order's document was handed over: stored in the unit's durable stream, answered with 2xx by its webhook, or
/// pulled and acknowledged by its cursor; at the latest when it signs. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderDeliveredV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// How it got there.
    pub way: DeliveryWay,
    /// When it was handed over.
    pub delivered_at: DateTime<Utc>,
}
event!(OrderDeliveredV1, "unit-gateway", "order", "delivered", 1);

/// 签收: the unit takes the order. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderSignedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// When.
    pub signed_at: DateTime<Utc>,
}
event!(OrderSignedV1, "unit-gateway", "order", "signed", 1);

/// 响应: first contact with the caller or arrival on site. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderRespondedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// `called`, `visited`, `message`.
    pub how: String,
    /// When the platform learned it; the unit's own claim is not a clock.
    pub responded_at: DateTime<Utc>,
}
event!(OrderRespondedV1, "unit-gateway", "order", "responded", 1);

/// The unit tells how it goes. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderProgressedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// The note, personal data masked.
    pub note: String,
}
event!(OrderProgressedV1, "unit-gateway", "order", "progressed", 1);

/// 退单: the unit says "not ours". Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderReturnRequestedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request.
    pub return_id: ReturnId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// `wrong_matter`, `wrong_place`, `not_our_duty`, `duplicate`, `incomplete`.
    pub reason_code: String,
    /// Document and clause the unit relies on, personal data masked.
    pub basis: String,
    /// The unit it thinks right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_unit: Option<UnitCode>,
}
event!(
    OrderReturnRequestedV1,
    "unit-gateway",
    "order",
    "return_requested",
    1
);

/// 办结反馈: the unit says it is done. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderRepliedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// What the unit claims: solved or not.
    pub solved: bool,
    /// What the unit claims the caller said, if it claims that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_result: Option<Satisfaction>,
    /// True when the unit claims it contacted the caller.
    pub contacted: bool,
    /// Text for the citizen, personal data masked.
    pub text: String,
    /// When.
    pub replied_at: DateTime<Utc>,
}
event!(OrderRepliedV1, "unit-gateway", "order", "replied", 1);

/// The lead asks that more units help; it stays responsible. Routing says who does. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderCoHandlersRequestedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The lead.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Who should help.
    pub co_handlers: Vec<UnitCode>,
    /// Why, personal data masked.
    pub reason: String,
}
event!(
    OrderCoHandlersRequestedV1,
    "unit-gateway",
    "order",
    "co_handlers_requested",
    1
);

/// 延期: the lead asks for more time. Supervision decides. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderExtensionRequestedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request; the answer names it.
    pub extension_id: ExtensionId,
    /// The lead.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Which clock: `respond` or `finish`.
    pub clock: ClockName,
    /// How much more time, in `amount_unit`; at least 1.
    pub amount: u32,
    /// What is counted.
    pub amount_unit: LimitUnit,
    /// Why, personal data masked.
    pub reason: String,
    /// Document and clause the unit relies on, personal data masked.
    pub basis: String,
    /// When it asked.
    pub requested_at: DateTime<Utc>,
}
event!(
    OrderExtensionRequestedV1,
    "unit-gateway",
    "order",
    "extension_requested",
    1
);

/// 挂起: the lead asks that its clocks stand still for a time. Supervision decides. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderSuspensionRequestedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request; the answer names it, and so does the suspension that comes of it.
    pub suspension_id: SuspensionId,
    /// The lead.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Why an order may stand still, by the city's policy: `court`, `weather`, `caller_absent`, …
    pub reason_code: String,
    /// Why, personal data masked.
    pub reason: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Document and clause the unit relies on, personal data masked.
    pub basis: String,
    /// Evidence that the unit gave to the order, as unit-gateway keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Uuid>,
    /// When it asked.
    pub requested_at: DateTime<Utc>,
}
event!(
    OrderSuspensionRequestedV1,
    "unit-gateway",
    "order",
    "suspension_requested",
    1
);

/// 申诉: a unit says that an answer about its work is wrong. Callback opens the appeal, or refuses it. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AppealRequestedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The answer.
    pub callback_id: CallbackId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation of the assignment in which it replied.
    pub generation: i32,
    /// Rework round of that reply.
    pub rework: i32,
    /// Why the answer is wrong, personal data masked.
    pub ground: String,
    /// When it asked; that is what its window is measured by.
    pub requested_at: DateTime<Utc>,
}
event!(AppealRequestedV1, "unit-gateway", "appeal", "requested", 1);

/// 协办: a unit that helps says that its part is done, or why not. The lead stays responsible for the whole. Key: order
/// id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderCoRepliedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The unit that helps.
    pub unit: UnitCode,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// What it claims: its part is done or not.
    pub done: bool,
    /// What was done, or why it is not; personal data masked.
    pub text: String,
    /// When.
    pub replied_at: DateTime<Utc>,
}
event!(OrderCoRepliedV1, "unit-gateway", "order", "co_replied", 1);

/// A unit could not be reached for too long: people must tell it another way. Key: [`unit_key`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeliveryFailingV1 {
    /// The unit.
    pub unit: UnitCode,
    /// The way that fails.
    pub way: DeliveryWay,
    /// Since when every call failed.
    pub since: DateTime<Utc>,
    /// Documents that it does not have.
    pub waiting: i64,
    /// Why the last call failed, without anything the other side sent.
    pub reason: String,
    /// The way its documents take meanwhile.
    pub fallback: DeliveryWay,
}
event!(DeliveryFailingV1, "unit-gateway", "delivery", "failing", 1);

/// The unit is reached again. Key: [`unit_key`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeliveryRestoredV1 {
    /// The unit.
    pub unit: UnitCode,
    /// The way that works again.
    pub way: DeliveryWay,
    /// Since when it had failed.
    pub since: DateTime<Utc>,
    /// When it worked again, or was changed.
    pub restored_at: DateTime<Utc>,
}
event!(DeliveryRestoredV1, "unit-gateway", "delivery", "restored", 1);

/// Key of facts about a unit itself: FNV-1a of its code in 128 bits, so that they are in order.
#[must_use]
pub fn unit_key(unit: &UnitCode) -> Uuid {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = unit
        .as_str()
        .bytes()
        .fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    Uuid::from_u128(hash)
}
