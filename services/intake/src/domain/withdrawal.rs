//! Orders that leave the hotline before their end.
use super::{ComplaintId, OrderId, Outcome};
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use uuid::Uuid;

/// What belongs to an order beside its state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The order.
    pub order_id: OrderId,
    /// The complaint it was made from.
    pub complaint_id: ComplaintId,
    /// Of the contact it came from; `None` for an order of before this was kept.
    pub correlation_id: Option<Uuid>,
    /// Complaints of others wait for its result.
    pub followed: bool,
}

/// One order that leaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// The order.
    pub order_id: OrderId,
    /// `withdrawn` or `transferred`.
    pub outcome: Outcome,
    /// The transfer that took it away.
    pub transfer_id: Option<TransferId>,
    /// Why, masked.
    pub reason: String,
    /// `agent:<subject>`, or `peer:<code>`.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}
