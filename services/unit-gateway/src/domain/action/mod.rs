//! What a unit may say about its order: nine verbs, one file each for the decision.
mod co_reply;
mod progress;
mod reply;
mod request; // shared by what supervision is asked for
mod request_co_handlers;
mod request_extension;
mod request_return;
mod request_suspension;
mod respond;
mod sign;

use crate::domain::handling::{ActRefusal, Handling};
use chrono::{DateTime, Utc};
use contracts::ids::{ExtensionId, ReturnId, SuspensionId, UnitCode};
use contracts::terms::LimitUnit;
use contracts::words::{ClockName, Satisfaction};
use uuid::Uuid;

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
        /// When, as the unit says; no clock counts it.
        contacted_at: Option<DateTime<Utc>>,
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
    /// 延期: ask for more time.
    RequestExtension {
        /// `respond` or `finish`.
        clock: ClockName,
        /// How much more, in `amount_unit`.
        amount: u32,
        /// What is counted.
        amount_unit: LimitUnit,
        /// Goes into the fact.
        reason: String,
        /// Document and clause relied on.
        basis: String,
    },
    /// 挂起: ask that the clocks stand still for a time.
    RequestSuspension {
        /// Code of the city's policy; supervision knows them.
        reason_code: String,
        /// Goes into the fact.
        reason: String,
        /// Until when.
        until: DateTime<Utc>,
        /// Document and clause relied on.
        basis: String,
        /// Evidence.
        attachments: Vec<Uuid>,
    },
    /// 协办: ask others to help.
    RequestCoHandlers {
        /// Who.
        co_handlers: Vec<UnitCode>,
        /// Why; goes into the fact.
        reason: String,
    },
    /// A unit that helps says how its part ended.
    CoReply {
        /// What it claims.
        done: bool,
        /// What was done, or why it is not; for the lead and the hotline.
        text: String,
        /// Evidence.
        attachments: Vec<Uuid>,
    },
    /// 办结反馈.
    Reply {
        /// What the unit claims.
        solved: bool,
        /// Why it is not solved, for the hotline; said exactly when it is not.
        unsolved_reason: Option<String>,
        /// For the citizen.
        text: String,
        /// For the hotline; stays here.
        internal_text: Option<String>,
        /// What the unit says the caller said.
        claimed_result: Option<Satisfaction>,
        /// Whether it says that it spoke with the caller.
        contacted: bool,
        /// Evidence.
        attachments: Vec<Uuid>,
    },
}

impl Action {
    /// The evidence that it names.
    #[must_use]
    pub fn attachments(&self) -> &[Uuid] {
        match self {
            Self::RequestSuspension { attachments, .. }
            | Self::CoReply { attachments, .. }
            | Self::Reply { attachments, .. } => attachments,
            _ => &[],
        }
    }

    /// The word for tables.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Respond { .. } => "respond",
            Self::Progress { .. } => "progress",
            Self::RequestReturn { .. } => "request_return",
            Self::RequestExtension { .. } => "request_extension",
            Self::RequestSuspension { .. } => "request_suspension",
            Self::RequestCoHandlers { .. } => "request_co_handlers",
            Self::CoReply { .. } => "co_reply",
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
    /// Supervision must say whether there is more time.
    ExtensionRequested(ExtensionId),
    /// Supervision must say whether the clocks stand still.
    SuspensionRequested(SuspensionId),
    /// Routing must say who helps.
    CoHandlersRequested,
    /// A part is said to be done.
    CoReplied,
    /// Said to be done.
    Replied,
}

pub(super) fn decide(
    handling: &mut Handling,
    action: &Action,
    fresh: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, ActRefusal> {
    match action {
        Action::Sign => sign::decide(handling, now),
        Action::Respond { contacted_at, .. } => respond::decide(handling, *contacted_at, now),
        Action::Progress { .. } => progress::decide(handling),
        Action::RequestReturn { .. } => request_return::decide(handling, ReturnId(fresh), now),
        Action::RequestExtension { .. } => request_extension::decide(handling, ExtensionId(fresh), now),
        Action::RequestSuspension { until, .. } => {
            request_suspension::decide(handling, *until, SuspensionId(fresh), now)
        }
        Action::RequestCoHandlers { .. } => request_co_handlers::decide(handling),
        Action::CoReply { .. } => co_reply::decide(handling),
        Action::Reply { .. } => reply::decide(handling, now),
    }
}
