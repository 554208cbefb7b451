//! Returns 退单: a unit says "not ours", a dispatcher reviews it. The unit itself never decides.
use crate::domain::assignment::Assignment;
use crate::domain::directory::Directory;
use crate::domain::order::{Order, OrderEvent};
use crate::domain::policies::NoReturn;
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, ReturnId, UnitCode};
use contracts::terms::StartRule;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a return request stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReturnState {
    /// It waits for a dispatcher.
    Open,
    /// The hotline agreed: the order is not this unit's.
    Upheld,
    /// The order stays.
    Rejected,
    /// The assignment it is about ended before a review.
    Stale,
}

impl ReturnState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Upheld, Self::Rejected, Self::Stale];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
            Self::Stale => "stale",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for ReturnState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a unit asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnRequest {
    /// The request.
    pub return_id: ReturnId,
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: UnitCode,
    /// Generation it was assigned by.
    pub generation: i32,
    /// `wrong_matter`, `wrong_place`, `not_our_duty`, `duplicate`, `incomplete`.
    pub reason_code: String,
    /// Document and clause, personal data masked.
    pub basis: String,
    /// The unit it thinks right.
    pub suggested_unit: Option<UnitCode>,
    /// When it asked.
    pub requested_at: DateTime<Utc>,
}

impl ReturnRequest {
    /// Open when it is about the order's present assignment and its lead; stale otherwise.
    #[must_use]
    pub fn state_at(&self, order: &Order, lead: Option<&UnitCode>) -> ReturnState {
        let possible = order.state.after(OrderEvent::ReturnRequested).is_ok();
        if possible && order.generation == self.generation && lead == Some(&self.unit) {
            ReturnState::Open
        } else {
            ReturnState::Stale
        }
    }
}

/// A request with what has become of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Return {
    /// What the unit asked.
    pub request: ReturnRequest,
    /// Until when it might ask; `None` = not at all.
    pub window_ends_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub state: ReturnState,
    /// What the reviewer said.
    pub review: Option<Review>,
}

impl Return {
    /// Why the policy says no before anybody looks at it; `None` when a dispatcher must.
    #[must_use]
    pub fn refused_by_policy(&self, assignment: Option<&Assignment>) -> Option<NoReturn> {
        let right = assignment.and_then(|assignment| assignment.return_right)?;
        right.refused.filter(|_| self.state == ReturnState::Open)
    }

    /// Whether the unit asked in time. Shown to the reviewer, who decides.
    #[must_use]
    pub fn in_window(&self) -> bool {
        self.window_ends_at
            .is_some_and(|end| self.request.requested_at <= end)
    }
}

/// A reviewer's verdict on a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// `agent:<subject>`
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, personal data masked.
    pub reason: String,
}

impl Review {
    /// The city's policy says no; nobody needs to look.
    #[must_use]
    pub fn by_policy(why: NoReturn, at: DateTime<Utc>) -> Self {
        let reason = match why {
            NoReturn::Ruling => "会商定规派单，不得退单",
            NoReturn::FirstReceiver => "本市实行首接负责，不得退单",
            NoReturn::LimitReached => "本工单退单次数已达上限",
            NoReturn::NotGranted => "本单位或该时限规则不允许退单",
        };
        Self {
            by: "service:routing".to_owned(),
            at,
            reason: reason.to_owned(),
        }
    }
}

/// Place in the list of requests, oldest first: its cursor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnPlace {
    /// When the unit asked.
    pub requested_at: DateTime<Utc>,
    /// The request.
    pub return_id: ReturnId,
}

/// When the unit's window for returning an assignment ends. `None` when it may not return it at all, or when the
/// directory no longer has its calendar. Told with the assignment, and shown to the reviewer.
#[must_use]
pub fn window_ends(directory: &Directory, assignment: &Assignment) -> Option<DateTime<Utc>> {
    let window = assignment.terms.return_window?;
    let calendar = directory.calendar(&assignment.terms.calendar)?;
    let calendar = worktime::Calendar::try_from(calendar).ok()?;
    let from = match window.start {
        StartRule::Acceptance => assignment.question.accepted_at,
        _ => assignment.decided_at,
    };
    worktime::due(&calendar, &window, from).ok().map(|due| due.at)
}
