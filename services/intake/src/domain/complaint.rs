//! A complaint that keeps every rule, and how its texts lose names and numbers.
use super::caller::Caller;
use super::place::Place;
use super::{Channel, ComplaintId, Disposition, Kind, OrderId, Urgency};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A checked complaint, not yet registered. Made by [`super::draft::Draft::checked`].
#[derive(Clone, PartialEq, Debug)]
pub struct NewComplaint {
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// One line.
    pub title: String,
    /// What is wanted.
    pub text: String,
    /// Where.
    pub place: Place,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Who called.
    pub caller: Option<Caller>,
    /// Identity is never shown to units.
    pub confidential: bool,
    /// Number of the sending system.
    pub source_number: Option<String>,
    /// Until when a hotline above wants the result.
    pub due_by: Option<DateTime<Utc>>,
    /// Facts that conditions of duties ask for.
    pub facts: BTreeMap<String, String>,
    /// What becomes of it.
    pub treatment: Treatment,
}

/// What becomes of a complaint.
#[derive(Clone, PartialEq, Debug)]
pub enum Treatment {
    /// One order per demand; never empty.
    Orders(Vec<Demand>),
    /// It follows an existing order 并单.
    Joins(OrderId),
    /// 直接答复.
    Answered {
        /// What the caller was told.
        answer: String,
    },
    /// 不予受理.
    Declined {
        /// Code of the intake scope or the agent's reason.
        reason: String,
        /// Where the caller was told to turn.
        advice: String,
    },
}

impl Treatment {
    /// The word for it.
    #[must_use]
    pub const fn disposition(&self) -> Disposition {
        match self {
            Self::Orders(_) | Self::Joins(_) => Disposition::Accepted,
            Self::Answered { .. } => Disposition::Answered,
            Self::Declined { .. } => Disposition::Declined,
        }
    }

    /// The demands, when orders are made.
    #[must_use]
    pub fn demands(&self) -> &[Demand] {
        match self {
            Self::Orders(demands) => demands,
            _ => &[],
        }
    }
}

/// One matter of a complaint; what is `None` is as in the complaint.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Demand {
    /// One line.
    pub title: Option<String>,
    /// What is wanted.
    pub text: Option<String>,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

impl NewComplaint {
    /// The same complaint with every free text passed through `mask`, and without its caller.
    #[must_use]
    pub fn masked(&self, mask: impl Fn(&str) -> String) -> Self {
        let place = |place: &Place| Place {
            address: place.address.as_deref().map(&mask),
            ..place.clone()
        };
        let demand = |demand: &Demand| Demand {
            title: demand.title.as_deref().map(&mask),
            text: demand.text.as_deref().map(&mask),
            matter: demand.matter.clone(),
            place: demand.place.as_ref().map(place),
        };
        Self {
            title: mask(&self.title),
            text: mask(&self.text),
            place: place(&self.place),
            caller: None,
            facts: self
                .facts
                .iter()
                .map(|(name, value)| (mask(name), mask(value)))
                .collect(),
            treatment: match &self.treatment {
                Treatment::Orders(demands) => Treatment::Orders(demands.iter().map(demand).collect()),
                Treatment::Joins(order_id) => Treatment::Joins(*order_id),
                Treatment::Answered { answer } => Treatment::Answered { answer: mask(answer) },
                Treatment::Declined { reason, advice } => Treatment::Declined {
                    reason: mask(reason),
                    advice: mask(advice),
                },
            },
            matter: self.matter.clone(),
            source_number: self.source_number.clone(),
            ..*self
        }
    }

    /// The same complaint without its caller: what [`NewComplaint::masked`] is compared with.
    #[must_use]
    pub fn nameless(&self) -> Self {
        self.masked(str::to_owned)
    }
}

/// An order as the caller or agent names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderRef {
    /// Its id.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
}

/// A complaint on its way into the tables: masked, with its ids.
#[derive(Clone, PartialEq, Debug)]
pub struct AcceptedComplaint {
    /// The number that was reserved for it; `None` = it gets the next one.
    pub number: Option<String>,
    /// Its id.
    pub complaint_id: ComplaintId,
    /// What it says, masked.
    pub content: NewComplaint,
    /// Token of the caller.
    pub caller: Option<Uuid>,
    /// There is another number, too.
    pub other_number: bool,
    /// Start of the total clock.
    pub at: DateTime<Utc>,
    /// `agent:<subject>`.
    pub by: String,
    /// Its idempotency key.
    pub attempt: Option<Attempt>,
    /// One id for everything that follows from this contact.
    pub correlation_id: Uuid,
    /// One id per demand.
    pub order_ids: Vec<OrderId>,
}

/// A request that the client may repeat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// The key the client chose.
    pub key: String,
    /// Hash of the request.
    pub hash: [u8; 32],
}

/// What the client of a registration is told, first and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Its number.
    pub complaint_number: String,
    /// What became of it.
    pub disposition: Disposition,
    /// Its own orders.
    pub orders: Vec<OrderRef>,
    /// The order it follows.
    pub follows: Option<OrderRef>,
}

/// A registered complaint as it is read again.
#[derive(Clone, PartialEq, Debug)]
pub struct StoredComplaint {
    /// Its id.
    pub complaint_id: ComplaintId,
    /// Its number.
    pub complaint_number: String,
    /// What it says, masked; `treatment` without demands (they are orders now).
    pub content: NewComplaint,
    /// Token of the caller.
    pub caller: Option<Uuid>,
    /// Start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// `agent:<subject>`.
    pub accepted_by: String,
}
