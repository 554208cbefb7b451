//! What a unit may say about its order: six verbs, one file each for the decision.
mod progress;
mod reply;
mod request_co_handlers;
mod request_return;
mod respond;
mod sign;

use crate::domain::handling::{ActRefusal, Handling};
use chrono::{DateTime, Utc};
use contracts::ids::{ReturnId, UnitCode};
use contracts::words::Satisfaction;

/// How the first contact was made. Wire form as in the fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// By phone.
    Called,
    /// On site.
    Visited,
    /// By message.
    Message,
}

impl How {
    /// Every way there is.
    pub const ALL: [Self; 3] = [Self::Called, Self::Visited, Self::Message];

    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Visited => "visited",
            Self::Message => "message",
        }
    }
}

/// Why a unit thinks an order is not its own. Wire form as in the fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReturnReason {
    /// The matter is another one.
    WrongMatter,
    /// The place lies elsewhere.
    WrongPlace,
    /// Another unit has this duty.
    NotOurDuty,
    /// The same event is handled already.
    Duplicate,
    /// What is needed to begin is missing.
    Incomplete,
}

impl ReturnReason {
    /// Every reason there is.
    pub const ALL: [Self; 5] = [
        Self::WrongMatter,
        Self::WrongPlace,
        Self::NotOurDuty,
        Self::Duplicate,
        Self::Incomplete,
    ];

    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongMatter => "wrong_matter",
            Self::WrongPlace => "wrong_place",
            Self::NotOurDuty => "not_our_duty",
            Self::Duplicate => "duplicate",
            Self::Incomplete => "incomplete",
        }
    }
}

/// One action. All texts have their phone numbers masked already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// 签收.
    Sign,
    /// 响应.
    Respond {
        /// How.
        how: How,
        /// Stays here.
        note: Option<String>,
    },
    /// How it goes.
    Progress {
        /// Goes into the fact.
        note: String,
    },
    /// 退单.
    RequestReturn {
        /// Why.
        reason: ReturnReason,
        /// Document and clause relied on.
        basis: String,
        /// The unit it thinks right.
        suggested_unit: Option<UnitCode>,
    },
    /// 协办: ask others to help.
    RequestCoHandlers {
        /// Who.
        co_handlers: Vec<UnitCode>,
        /// Why; goes into the fact.
        reason: String,
    },
    /// 办结反馈.
    Reply {
        /// What the unit claims.
        solved: bool,
        /// For the citizen.
        text: String,
        /// For the hotline; stays here.
        internal_text: Option<String>,
        /// What the unit says the caller said.
        claimed_result: Option<Satisfaction>,
        /// Whether it says that it spoke with the caller.
        contacted: bool,
    },
}

impl Action {
    /// The word for tables.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Respond { .. } => "respond",
            Self::Progress { .. } => "progress",
            Self::RequestReturn { .. } => "request_return",
            Self::RequestCoHandlers { .. } => "request_co_handlers",
            Self::Reply { .. } => "reply",
        }
    }
}

/// What became true through an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The unit took the round.
    Signed,
    /// First contact.
    Responded,
    /// A note.
    Progressed,
    /// The hotline must review.
    ReturnRequested(ReturnId),
    /// Routing must say who helps.
    CoHandlersRequested,
    /// Said to be done.
    Replied,
}

pub(super) fn decide(
    handling: &mut Handling,
    action: &Action,
    fresh: ReturnId,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    match action {
        Action::Sign => sign::decide(handling, now),
        Action::Respond { .. } => respond::decide(handling, now),
        Action::Progress { .. } => progress::decide(handling),
        Action::RequestReturn { .. } => request_return::decide(handling, fresh, now),
        Action::RequestCoHandlers { .. } => request_co_handlers::decide(handling),
        Action::Reply { .. } => reply::decide(handling, now),
    }
}
