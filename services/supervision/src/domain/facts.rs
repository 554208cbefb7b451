//! The facts that an order is made of; the newest of each kind.
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::ComplaintId;
use contracts::terms::{Limit, TermsV1};
use contracts::words::{Channel, Kind, Urgency};
use uuid::Uuid;

/// What is known from registration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// Number of the order.
    pub order_number: String,
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Number told to the caller.
    pub complaint_number: String,
    /// One line, masked.
    pub title: String,
    /// As the agent chose; once routed, as routed.
    pub matter: Option<String>,
    /// As given; once routed, as routed.
    pub division: Option<String>,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// 渠道.
    pub channel: Channel,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// Token of the caller; absent when anonymous.
    pub caller: Option<Uuid>,
    /// Start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// Until when a hotline above, the province's, wants the result; of all complaints that joined it the earliest.
    pub due_by: Option<DateTime<Utc>>,
}

/// The newest assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// Number of the order.
    pub order_number: String,
    /// 1, 2, 3, …
    pub generation: i32,
    /// 主办.
    pub lead: UnitRef,
    /// 协办.
    pub co_handlers: Vec<UnitRef>,
    /// As routed.
    pub matter: Option<String>,
    /// Finest division as routed.
    pub division: Option<String>,
    /// Time limits.
    pub terms: TermsV1,
    /// Version the decision cites.
    pub directory_version: i64,
    /// Start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// Dispatch.
    pub assigned_at: DateTime<Utc>,
    /// Number of the fact in routing's line; set by `Order::hear`.
    pub sequence: i64,
}

/// What the unit last did, short of replying.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acted {
    /// 签收
    Signed,
    /// 响应
    Responded,
}

/// What the unit of one generation did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Handling {
    /// The generation; 0 = nothing heard.
    pub generation: i32,
    /// First signing.
    pub signed_at: Option<DateTime<Utc>>,
    /// First contact.
    pub responded_at: Option<DateTime<Utc>>,
    /// Newest act with its number in unit-gateway's line.
    pub acted: Option<(Acted, i64)>,
}

/// The newest rework.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rework {
    /// Generation it belongs to.
    pub generation: i32,
    /// 1, 2, …
    pub round: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// The time the unit has in this round; `None` = the terms of the assignment.
    pub limit: Option<Limit>,
}

/// The newest reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replied {
    /// Generation it belongs to.
    pub generation: i32,
    /// Its round.
    pub rework: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// Its number in unit-gateway's line.
    pub sequence: i64,
    /// The unit claims it contacted the caller.
    pub contacted: bool,
}

impl Acted {
    /// The word in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Responded => "responded",
        }
    }
}
