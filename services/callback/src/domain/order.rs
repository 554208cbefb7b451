//! What callback knows of an order, and what becomes true about it.
use crate::domain::{Claims, Round, Said};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, ComplaintId, MatterCode, OrderId, OutcomeId, UnitCode};
use contracts::terms::Limit;
use contracts::words::{CallbackWay, Channel, Finding, Kind, Outcome, RaisedTo, Urgency};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What `order.registered` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// Number of the order.
    pub order_number: String,
    /// Token of the caller; `None` = nobody to call back.
    pub caller: Option<Uuid>,
    /// The caller gave another number, too.
    pub other_number: bool,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度, as it was given or corrected.
    pub urgency: Urgency,
    /// The urgency by which its newest assignment was routed, where the text has words of danger.
    pub routed: Option<Urgency>,
    /// One line, personal data masked.
    pub title: String,
    /// Entry of the catalogue, once somebody has named one.
    pub matter: Option<MatterCode>,
    /// Facts that rules of the policy may ask for.
    pub facts: BTreeMap<String, String>,
}

/// What `order.assigned` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// 主办.
    pub unit: UnitCode,
    /// 1, 2, 3, …
    pub generation: i32,
    /// Entry of the catalogue that decided.
    pub matter: Option<MatterCode>,
    /// The urgency that decided, where the text has words of danger.
    pub urgency: Option<Urgency>,
}

/// What `order.amended` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amendment {
    /// 1, 2, 3, … inside the order.
    pub number: i32,
    /// The corrected entry of the catalogue.
    pub matter: Option<MatterCode>,
    /// The corrected urgency.
    pub urgency: Option<Urgency>,
    /// The corrected facts, all of them.
    pub facts: Option<BTreeMap<String, String>>,
}

/// What `order.replied` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The unit.
    pub unit: UnitCode,
    /// Its assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// What it claims.
    pub claims: Claims,
    /// Its text for the citizen.
    pub text: String,
    /// When.
    pub replied_at: DateTime<Utc>,
}

/// Where an order stands for callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderState {
    /// With a unit, or not assigned yet.
    Open,
    /// A task is due.
    CallingBack,
    /// It would have ended so, but a coordination outcome is not carried out yet (domain §1, 协调结果).
    Held {
        /// How it ends then.
        outcome: Outcome,
        /// Since when it waits.
        at: DateTime<Utc>,
    },
    /// The end.
    Closed {
        /// How.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What is known of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// Of the contact it came from; every fact about it carries it on. `None` until a fact has been heard.
    pub correlation_id: Option<Uuid>,
    /// `None` until `order.registered` arrives.
    pub registration: Option<Registration>,
    /// Number of the newest correction that was heard; 0 = none.
    pub amendment: i32,
    /// The newest; `None` until `order.assigned` arrives.
    pub assignment: Option<Assignment>,
    /// Rework round inside the generation.
    pub rework: i32,
    /// The coordination outcome that holds its closing, while it is not carried out.
    pub held_by: Option<OutcomeId>,
    /// Where it stands.
    pub state: OrderState,
}

/// Something that became true, for the other services.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// A task is due from then on.
    Scheduled(Round, DateTime<Utc>),
    /// Nobody was reached this way, for the n-th time; the task stays and is due again then.
    Attempted(Round, CallbackWay, i32, DateTime<Utc>),
    /// The caller answered.
    Recorded(Round, Said, Asking),
    /// What the caller answered then counts against the unit, which may appeal until the second moment.
    WentAgainst(Round, Said, DateTime<Utc>, DateTime<Utc>),
    /// The caller denies these claims of the unit.
    Contradicted(Round, Contradiction),
    /// Back to the same unit in this new round, with the agent's note and the time it has.
    Reworked(Round, String, Limit),
    /// The rounds are used up: these take it on.
    Raised(Round, RaisedTo),
    /// The end; with the finding when two people found the demand unreasonable or impossible.
    Closed(ComplaintId, Outcome, Option<Finding>, DateTime<Utc>),
}

/// How and with what a caller was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asking {
    /// How the caller was reached.
    pub way: CallbackWay,
    /// When.
    pub at: DateTime<Utc>,
    /// The task at which one call answered several orders, when it is another one.
    pub asked_with: Option<CallbackId>,
}

/// What a contradicted reply rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contradiction {
    /// `solved`, `contacted`, `result`: the claims that are denied.
    pub claims: Vec<String>,
    /// What the unit claimed.
    pub claimed: Claims,
    /// When it replied.
    pub replied_at: DateTime<Utc>,
    /// What the caller said.
    pub said: Said,
    /// How and when.
    pub asking: Asking,
}

impl Registration {
    /// What rules about urgencies go by: the given urgency, or the higher one by which it was routed.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        self.routed
            .map_or(self.urgency, |routed| routed.max(self.urgency))
    }
}

impl OrderState {
    /// The word in the table and the API.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CallingBack => "calling_back",
            Self::Held { .. } => "held",
            Self::Closed { .. } => "closed",
        }
    }
}

impl Order {
    /// How it ended, or ends as soon as nothing holds it.
    #[must_use]
    pub const fn outcome(&self) -> Option<Outcome> {
        match self.state {
            OrderState::Closed { outcome, .. } | OrderState::Held { outcome, .. } => Some(outcome),
            OrderState::Open | OrderState::CallingBack => None,
        }
    }
}

/// An order as it is registered, for tests of rules.
#[cfg(test)]
pub(crate) fn registration_for_tests(caller: bool) -> Registration {
    Registration {
        complaint_id: ComplaintId(Uuid::from_u128(7)),
        order_number: "26030200001-1".to_owned(),
        caller: caller.then(|| Uuid::from_u128(9)),
        other_number: false,
        confidential: false,
        channel: Channel::Phone,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        routed: None,
        title: "路灯不亮".to_owned(),
        matter: None,
        facts: BTreeMap::new(),
    }
}
