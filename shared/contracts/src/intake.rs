//! Events of intake: complaints and the orders made of them.
use crate::directory::PlaceV1;
use crate::event::event;
use crate::ids::{ComplaintId, MatterCode, OrderId, TransferId};
use crate::words::{Channel, Disposition, Kind, Outcome, TransferDirection, TransferLapse, Urgency};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A contact was registered, whatever became of it. Key: complaint id.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ComplaintReceivedV1 {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Number told to the caller.
    pub complaint_number: String,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// What intake did with it.
    pub disposition: Disposition,
    /// Identity must not be shown to units, ever.
    pub confidential: bool,
    /// When it was accepted: the start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// Number of the sending system (province, hotline, board), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_number: Option<String>,
    /// Orders made of it.
    pub orders: Vec<OrderId>,
    /// Token of the caller; tells "same caller" and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Uuid>,
}
event!(ComplaintReceivedV1, "intake", "complaint", "received", 1);

/// The agent answered at once 直接答复. Key: complaint id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComplaintAnsweredV1 {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// What the caller was told, with personal data masked.
    pub answer: String,
}
event!(ComplaintAnsweredV1, "intake", "complaint", "answered", 1);

/// Not the city's to accept 不予受理; the caller was told why and where to turn. Key: complaint id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComplaintDeclinedV1 {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Code of the intake scope or the agent's reason.
    pub reason: String,
    /// What the caller was told, with personal data masked.
    pub advice: String,
}
event!(ComplaintDeclinedV1, "intake", "complaint", "declined", 1);

/// One matter at one place became an order. Key: order id.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OrderRegisteredV1 {
    /// The order.
    pub order_id: OrderId,
    /// Number of the order.
    pub order_number: String,
    /// The complaint it was made from.
    pub complaint_id: ComplaintId,
    /// Number told to the caller.
    pub complaint_number: String,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// One line, personal data masked.
    pub title: String,
    /// What is wanted, personal data masked.
    pub text: String,
    /// Entry of the catalogue, when the agent chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// Where.
    pub place: PlaceV1,
    /// Facts that conditions of duties ask for, e.g. `场所类型` → `建筑工地`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// Identity must not be shown to units, ever.
    pub confidential: bool,
    /// When the complaint was accepted: the start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// Until when a hotline above, the province's, wants the result: the total clock is due no later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<DateTime<Utc>>,
    /// Token of the caller; `None` = nobody to call back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Uuid>,
    /// The caller gave another number, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_number: bool,
}
event!(OrderRegisteredV1, "intake", "order", "registered", 1);

/// A later complaint about the same event joined this order 并单. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderFollowerAddedV1 {
    /// The order that is followed.
    pub order_id: OrderId,
    /// The complaint that follows.
    pub complaint_id: ComplaintId,
    /// Number told to its caller.
    pub complaint_number: String,
    /// Token of that caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Uuid>,
    /// Until when a hotline above wants the result of that complaint: the total clock of the order is due no later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<DateTime<Utc>>,
}
event!(OrderFollowerAddedV1, "intake", "order", "follower_added", 1);

/// The hotline corrected what an open order is about: matter, place, facts or urgency. Everything stands as it is after
/// the amendment; `changed` says what of it is new. Key: order id.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OrderAmendedV1 {
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, … inside the order.
    pub amendment: i32,
    /// What changed: `matter`, `place`, `facts`, `urgency`; never empty.
    pub changed: Vec<String>,
    /// Entry of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// Where.
    pub place: PlaceV1,
    /// Facts that conditions of duties ask for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// 紧急程度.
    pub urgency: Urgency,
    /// Why, personal data masked.
    pub reason: String,
    /// When.
    pub amended_at: DateTime<Utc>,
}
event!(OrderAmendedV1, "intake", "order", "amended", 1);

/// The caller added something to an open complaint. Key: complaint id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComplaintSupplementedV1 {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// 1, 2, 3, … inside the complaint.
    pub supplement: i32,
    /// Its orders that are open, and the open one it follows.
    pub orders: Vec<OrderId>,
    /// What was added, personal data masked.
    pub text: String,
    /// When.
    pub supplemented_at: DateTime<Utc>,
}
event!(ComplaintSupplementedV1, "intake", "complaint", "supplemented", 1);

/// The order left the hotline before its end: nobody handles it here any more. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderWithdrawnV1 {
    /// The order.
    pub order_id: OrderId,
    /// The complaint it was made from.
    pub complaint_id: ComplaintId,
    /// `withdrawn` (its caller took it back), `transferred` (another hotline has accepted it) or `not_called` (the desk itself
    /// told the hotline that the case came from how it ended).
    pub outcome: Outcome,
    /// The transfer that took it away, or that it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<TransferId>,
    /// Why, personal data masked.
    pub reason: String,
    /// When.
    pub withdrawn_at: DateTime<Utc>,
}
event!(OrderWithdrawnV1, "intake", "order", "withdrawn", 1);

/// What every event of a transfer says of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferV1 {
    /// The same on both sides: it comes from the sender.
    pub transfer_id: TransferId,
    /// Seen from here.
    pub direction: TransferDirection,
    /// Code of the other hotline, e.g. `110`.
    pub peer: String,
    /// Our order: the one that is offered, or that an accepted offer became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// The complaint of that order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint_id: Option<ComplaintId>,
    /// The other hotline's number of the case, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer_number: Option<String>,
    /// Entry of our catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterCode>,
    /// 紧急程度.
    pub urgency: Urgency,
    /// 1 = from the hotline the caller turned to; at most 2.
    pub hop: i16,
}

/// A case was offered to another hotline, or by one. Key: order id, or transfer id while there is no order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferOfferedV1 {
    /// The transfer.
    pub transfer: TransferV1,
    /// Why it is the other's, personal data masked.
    pub reason: String,
    /// Until when the receiver must answer.
    pub answer_until: DateTime<Utc>,
    /// When.
    pub offered_at: DateTime<Utc>,
}
event!(TransferOfferedV1, "intake", "transfer", "offered", 1);

/// The receiver owns the case from now on. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferAcceptedV1 {
    /// The transfer.
    pub transfer: TransferV1,
    /// The receiver's number of the case.
    pub number: String,
    /// When.
    pub accepted_at: DateTime<Utc>,
}
event!(TransferAcceptedV1, "intake", "transfer", "accepted", 1);

/// The receiver said no, once and for good; the sender goes on owning the case. Key: order id, or transfer id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferRefusedV1 {
    /// The transfer.
    pub transfer: TransferV1,
    /// Why, personal data masked.
    pub reason: String,
    /// Code of the hotline or name of the office that the receiver thinks right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better_address: Option<String>,
    /// When.
    pub refused_at: DateTime<Utc>,
}
event!(TransferRefusedV1, "intake", "transfer", "refused", 1);

/// The offer ended without a yes or no; the sender goes on owning the case. Key: order id, or transfer id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferLapsedV1 {
    /// The transfer.
    pub transfer: TransferV1,
    /// Why.
    pub lapse: TransferLapse,
    /// When the receiver had to answer.
    pub answer_until: DateTime<Utc>,
    /// When.
    pub lapsed_at: DateTime<Utc>,
}
event!(TransferLapsedV1, "intake", "transfer", "lapsed", 1);

/// The receiver is done and has said how; both sides are closed. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferCompletedV1 {
    /// The transfer.
    pub transfer: TransferV1,
    /// How the case ended at the receiver.
    pub outcome: Outcome,
    /// What the caller may be told, personal data masked.
    pub result: String,
    /// When.
    pub completed_at: DateTime<Utc>,
}
event!(TransferCompletedV1, "intake", "transfer", "completed", 1);
