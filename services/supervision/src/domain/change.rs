//! What an event means for an order. Events that mean nothing for its state have no change.
use crate::domain::{Assignment, Raised, Registration};
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::terms::Limit;
use contracts::words::{Outcome, Urgency};
use uuid::Uuid;

/// Where a fact stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meta {
    /// Its number in the line of its service.
    pub sequence: i64,
    /// When it became true.
    pub occurred_at: DateTime<Utc>,
    /// The contact it came from.
    pub correlation_id: Uuid,
}

/// What `order.registered` tells.
pub type Registered = Registration;
/// What `order.assigned` tells.
pub type Assigned = Assignment;

/// What `order.amended` makes of the registration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amended {
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Division, as given.
    pub division: Option<String>,
    /// 紧急程度.
    pub urgency: Urgency,
}

/// A fact about an order.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// It exists.
    Registered(Box<Registered>),
    /// A unit is responsible.
    Assigned(Box<Assigned>),
    /// Nobody could be named, for this reason.
    Undecided(String),
    /// Nobody owns it, for this reason: a ruling must say who does.
    Disputed(String),
    /// The hotline corrected what it is about.
    Amended(Amended),
    /// A complaint joined it whose result a hotline above wants until then.
    DueBy(DateTime<Utc>),
    /// The lead of this generation has more help: everyone who helps now.
    CoHandlersAdded(i32, Vec<UnitRef>),
    /// The unit of this generation is not responsible any more.
    ReturnUpheld(i32),
    /// The unit of this generation took it.
    Signed(i32, DateTime<Utc>),
    /// The unit of this generation made contact.
    Responded(i32, DateTime<Utc>),
    /// The unit says it is done.
    Replied {
        /// Its generation.
        generation: i32,
        /// The round.
        rework: i32,
        /// It claims it contacted the caller.
        contacted: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// The unit of this generation did something that changes no state: a note, a request.
    Acted(i32),
    /// This callback denied what the unit claimed.
    Contradicted(Uuid),
    /// These callbacks count no more.
    AnswersVoid(Vec<Uuid>),
    /// Callback handed it on.
    Raised(Raised),
    /// The caller will be asked about the reply of this round.
    CallbackScheduled(i32),
    /// Back to the unit: generation, new round, and the time of that round; `None` = the terms of the assignment.
    Reworked(i32, i32, Option<Limit>),
    /// The end.
    Closed(Outcome, DateTime<Utc>),
}
