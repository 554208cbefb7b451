//! What events tell that figures are counted from; each becomes one row, written once.
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use contracts::words::{Channel, Disposition, Kind, Satisfaction, Urgency};
use uuid::Uuid;

/// A fact for figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FigureFact {
    /// A contact came in.
    Complaint(ComplaintFact),
    /// Something became of it that is no order.
    Outcome(OutcomeFact),
    /// An order exists.
    Registered(RegisteredFact),
    /// It went to a unit.
    Assigned(AssignedFact),
    /// Its caller was reached.
    Callback(CallbackFact),
    /// Something rare.
    Incident(IncidentFact),
    /// Answers that count in no figure.
    Void(VoidFact),
}

/// A contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComplaintFact {
    /// The complaint.
    pub complaint_id: Uuid,
    /// Number told to the caller.
    pub number: String,
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// What intake did with it.
    pub disposition: Disposition,
    /// Orders made of it.
    pub orders: Vec<Uuid>,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// What became of a contact beside orders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomeFact {
    /// The complaint.
    pub complaint_id: Uuid,
    /// `answered`, `declined`, `joined`, `transferred`.
    pub outcome: &'static str,
    /// Joined: the order.
    pub order_id: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An order, as far as it is searched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisteredFact {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
    /// Number told to the caller.
    pub complaint_number: String,
    /// Search words of title, kind and channel.
    pub words: Vec<String>,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// An assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignedFact {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
    /// 1, 2, 3, …
    pub generation: i32,
    /// Lead unit, code.
    pub unit: String,
    /// Lead unit, name.
    pub unit_name: String,
    /// As routed.
    pub matter: Option<String>,
    /// Chain of divisions, finest first.
    pub divisions: Vec<String>,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Dispatch.
    pub assigned_at: DateTime<Utc>,
}

/// A valid callback.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallbackFact {
    /// The task.
    pub callback_id: Uuid,
    /// The order.
    pub order_id: OrderId,
    /// Assignment whose reply was checked.
    pub generation: i32,
    /// Its round.
    pub rework: i32,
    /// The unit contacted the caller.
    pub contacted: bool,
    /// It is solved.
    pub solved: bool,
    /// With the result.
    pub result: Satisfaction,
    /// With the attitude.
    pub attitude: Satisfaction,
    /// When.
    pub at: DateTime<Utc>,
}

/// Answers that count in no figure: judged unreasonable or impossible, or appealed against with success.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VoidFact {
    /// The answers.
    pub callback_ids: Vec<Uuid>,
    /// The judgement or the appeal.
    pub ref_id: Uuid,
    /// `judgement`, `appeal`.
    pub why: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

/// Kinds of incidents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IncidentKind {
    /// The unit says "not ours".
    ReturnRequested,
    /// It was right.
    ReturnUpheld,
    /// It was not.
    ReturnRejected,
    /// The caller denies what the unit claimed.
    Contradicted,
    /// Back to the unit.
    Reworked,
    /// The classification was corrected.
    Amended,
}

impl IncidentKind {
    /// The word in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ReturnRequested => "return_requested",
            Self::ReturnUpheld => "return_upheld",
            Self::ReturnRejected => "return_rejected",
            Self::Contradicted => "contradicted",
            Self::Reworked => "reworked",
            Self::Amended => "amended",
        }
    }
}

/// Something rare.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentFact {
    /// The event.
    pub event_id: Uuid,
    /// The order.
    pub order_id: OrderId,
    /// What.
    pub what: IncidentKind,
    /// Assignment it concerns; 0 = the order as a whole.
    pub generation: i32,
    /// Unit it concerns.
    pub unit: Option<String>,
    /// Reworked: the new round.
    pub round: Option<i32>,
    /// Return request, or callback.
    pub ref_id: Option<Uuid>,
    /// Reason code, the reviewer's words, or the urgency after.
    pub detail: Option<String>,
    /// Who.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}
