//! One callback task: the question whether one reply of one unit is true.
use crate::domain::{Asking, Claims, NotCalled, Reply, Said};
use chrono::{DateTime, Utc};
use contracts::ids::{CallbackId, OrderId, UnitCode};
use contracts::words::CallbackWay;
use thiserror::Error;
use uuid::Uuid;

/// A task and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// Derived from order, generation and rework.
    pub callback_id: CallbackId,
    /// The unit whose reply is checked.
    pub unit: UnitCode,
    /// Its assignment.
    pub generation: i32,
    /// Rework round that was replied.
    pub rework: i32,
    /// What the unit claims.
    pub claims: Claims,
    /// The unit's text for the citizen.
    pub reply_text: String,
    /// When the unit replied.
    pub replied_at: DateTime<Utc>,
    /// From when the caller may be called.
    pub due_at: DateTime<Utc>,
    /// Attempts that reached nobody.
    pub attempts: i32,
    /// How the next attempt is made; `None` = there is nobody to ask any more, the desk judges.
    pub way: Option<CallbackWay>,
    /// Rule of the policy whose calling hours it goes by; `None` = the city's.
    pub calling_rule: Option<String>,
    /// The caller asked to be called then; `None` = asked for nothing, or called since.
    pub wanted_at: Option<DateTime<Utc>>,
    /// The newest answer, to recognise its repetition.
    pub last: Option<Attempt>,
    /// Where it stands.
    pub state: TaskState,
}

/// The reply that a task is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Round {
    /// The task.
    pub callback_id: CallbackId,
    /// The unit that replied.
    pub unit: UnitCode,
    /// Its assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
}

/// Who called last, and what they sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// When.
    pub at: DateTime<Utc>,
    /// `agent:<subject>`.
    pub by: String,
    /// Idempotency-Key of the request.
    pub key: Option<String>,
    /// The note.
    pub remark: String,
}

/// Where a task stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TaskState {
    /// The reply is here, the order's registration or assignment is not.
    Waiting,
    /// To be called from `due_at` on.
    Due,
    /// The caller has answered.
    Recorded(Recorded),
    /// Given up after the last attempt.
    Unreachable(DateTime<Utc>),
    /// The caller was not asked: the reply was taken, or judged at the desk.
    NotCalled {
        /// When.
        at: DateTime<Utc>,
        /// Why nobody was called; `None` = all attempts were in vain and the desk judged.
        why: Option<NotCalled>,
        /// True when the desk sent the order back to the unit, false when it ended.
        reworked: bool,
    },
    /// A newer assignment or reply made it pointless.
    Superseded(DateTime<Utc>),
}

/// What the caller said and what followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// When.
    pub at: DateTime<Utc>,
    /// The four answers.
    pub said: Said,
    /// How the caller was asked.
    pub asking: Asking,
    /// Claims of the unit that they deny.
    pub contradicted: Vec<String>,
    /// True when the order went back to the unit, false when it ended.
    pub reworked: bool,
}

impl TaskState {
    /// The word in the table and the API.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Due => "due",
            Self::Recorded(_) => "recorded",
            Self::Unreachable(_) => "unreachable",
            Self::NotCalled { .. } => "not_called",
            Self::Superseded(_) => "superseded",
        }
    }

    /// When it left the list of tasks to do.
    #[must_use]
    pub const fn ended_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Waiting | Self::Due => None,
            Self::Recorded(recorded) => Some(recorded.at),
            Self::Unreachable(at) | Self::NotCalled { at, .. } | Self::Superseded(at) => Some(*at),
        }
    }
}

/// Why an answer has no effect.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum AnswerRefused {
    /// There is no such task.
    #[error("no such callback")]
    Unknown,
    /// The caller has answered already, and differently.
    #[error("this callback has another answer already")]
    AnsweredOtherwise,
    /// Nobody can have been reached: there is nobody to call.
    #[error("nobody can be called about this order: judge the reply")]
    NobodyToCall,
    /// With nobody to call, the hotline must say what it takes the reply for.
    #[error("solved must be answered when nobody can be called")]
    NotJudged,
    /// The task is not to be called.
    #[error("this callback is {0}, not due")]
    NotDue(&'static str),
    /// An answer for several tasks, and not all are of one caller.
    #[error("not all of these callbacks are of the same caller")]
    AnotherPerson,
    /// Another agent has taken it.
    #[error("another agent is calling about this")]
    ClaimedByAnother,
    /// The link was used, has expired, or never was.
    #[error("this link is of no use")]
    LinkSpent,
}

impl Task {
    /// The task for a reply; waiting.
    #[must_use]
    pub fn for_reply(order_id: OrderId, reply: &Reply) -> Self {
        let name = format!("callback/{}/{}", reply.generation, reply.rework);
        Self {
            callback_id: CallbackId(Uuid::new_v5(&order_id.uuid(), name.as_bytes())),
            unit: reply.unit.clone(),
            generation: reply.generation,
            rework: reply.rework,
            claims: reply.claims,
            reply_text: reply.text.clone(),
            replied_at: reply.replied_at,
            due_at: reply.replied_at,
            attempts: 0,
            way: None,
            calling_rule: None,
            wanted_at: None,
            last: None,
            state: TaskState::Waiting,
        }
    }

    /// Waiting or due: at most one such task per order.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self.state, TaskState::Waiting | TaskState::Due)
    }

    /// The desk was to judge it from the beginning: nobody is called about it.
    #[must_use]
    pub const fn is_for_desk(&self) -> bool {
        self.way.is_none() && self.attempts == 0
    }

    /// An agent calls about it next: nobody waits for the answer to a message, and nobody judges it at the desk.
    #[must_use]
    pub const fn is_by_phone(&self) -> bool {
        matches!(self.state, TaskState::Due)
            && matches!(self.way, Some(CallbackWay::Phone | CallbackWay::SecondPhone))
    }

    /// There is nobody to ask, or nobody was reached: the desk judges, at any hour.
    pub fn leave_to_desk(&mut self, now: DateTime<Utc>) {
        self.way = None;
        self.calling_rule = None;
        self.wanted_at = None;
        self.due_at = now;
    }

    /// Which reply it is about; later rounds are greater.
    #[must_use]
    pub const fn round(&self) -> (i32, i32) {
        (self.generation, self.rework)
    }

    /// The reply it is about, for those who hear of it.
    #[must_use]
    pub fn about(&self) -> Round {
        Round {
            callback_id: self.callback_id,
            unit: self.unit.clone(),
            generation: self.generation,
            rework: self.rework,
        }
    }

    /// True when the same request came again: the same key, or, without keys, the same words of the same agent
    /// before the next call is due, or when there is no next call.
    pub(crate) fn repeats_attempt(
        &self,
        by: &str,
        key: Option<&str>,
        remark: &str,
        now: DateTime<Utc>,
    ) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| match (key, last.key.as_deref()) {
                (Some(key), Some(before)) => key == before && last.by == by,
                (None, None) => {
                    let no_other_call = now < self.due_at || !self.is_live();
                    last.by == by && last.remark == remark && no_other_call
                }
                _ => false,
            })
    }
}
