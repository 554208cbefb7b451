//! Who handles an order and how far it is: the state machine of unit-gateway.
//!
//! Two kinds of things move it: facts of other services (assignment, rework, review of a return, closing) and
//! actions of the unit ([`Handling::act`]). What a unit may do in which state is printed by the test as one table.
use crate::domain::action::{self, Action, Effect};
use crate::domain::order::Assignment;
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::{ExtensionId, OrderId, ReturnId, SuspensionId, UnitCode};
use std::fmt;
use thiserror::Error;
use uuid::Uuid;

/// Where one round of one generation stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// The unit has been told (or will be).
    Assigned,
    /// The unit took it.
    Signed {
        /// When.
        signed_at: DateTime<Utc>,
    },
    /// First contact was made.
    Responded {
        /// When the unit took it.
        signed_at: DateTime<Utc>,
        /// When the contact became known.
        responded_at: DateTime<Utc>,
    },
    /// The unit says it is done.
    Replied {
        /// When the unit took it.
        signed_at: DateTime<Utc>,
        /// When the contact became known, if one was reported.
        responded_at: Option<DateTime<Utc>>,
        /// When it said so.
        replied_at: DateTime<Utc>,
    },
    /// The order is over.
    Closed {
        /// When.
        ended_at: DateTime<Utc>,
    },
    /// Its return was upheld; until routing names the next unit, nobody is responsible.
    Revoked {
        /// When.
        ended_at: DateTime<Utc>,
    },
}

impl State {
    /// The word for tables and answers.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Signed { .. } => "signed",
            Self::Responded { .. } => "responded",
            Self::Replied { .. } => "replied",
            Self::Closed { .. } => "closed",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// True when no unit may act any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Closed { .. } | Self::Revoked { .. })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The newest assignment of one order.
#[derive(Clone, PartialEq, Debug)]
pub struct Handling {
    /// The order.
    pub order_id: OrderId,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// Where the round stands.
    pub state: State,
    /// A return request under review.
    pub return_id: Option<ReturnId>,
    /// An extension request under review.
    pub extension_id: Option<ExtensionId>,
    /// A suspension request under review.
    pub suspension_id: Option<SuspensionId>,
    /// Lead, co-handlers, terms, reasons.
    pub assignment: Assignment,
    /// Of the complaint; goes into every fact.
    pub correlation_id: Uuid,
}

/// What a lead asked supervision for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Request {
    /// 延期
    Extension(ExtensionId),
    /// 挂起
    Suspension(SuspensionId),
}

/// Why a unit's action has no effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ActRefusal {
    /// Nothing with that id was ever sent to this unit.
    #[error("unknown order")]
    UnknownOrder,
    /// The unit acts on a generation that is over.
    #[error("the assignment is no longer current")]
    StaleGeneration,
    /// The unit expects another generation or round.
    #[error("the order has another generation or round")]
    Outdated,
    /// Another unit leads.
    #[error("the unit is not responsible")]
    NotResponsible,
    /// Only units that help have a part.
    #[error("the unit leads; its word on the whole is the reply")]
    NotCoHandler,
    /// First sign, then act.
    #[error("the order is not signed")]
    NotSigned,
    /// First contact was reported before, with other words.
    #[error("the first contact is already reported")]
    AlreadyResponded,
    /// The contact is said to happen later.
    #[error("the contact lies in the future")]
    ContactInFuture,
    /// The unit has said that it is done.
    #[error("the order is already replied")]
    AlreadyReplied,
    /// The hotline reviews a return request first.
    #[error("a return request is under review")]
    ReturnPending,
    /// The hotline reviews an extension request first.
    #[error("an extension request is under review")]
    ExtensionPending,
    /// Supervision reviews a suspension request first.
    #[error("a suspension request is under review")]
    SuspensionPending,
    /// A suspension is asked for until a moment that has passed.
    #[error("the suspension would end before it begins")]
    SuspensionPast,
    /// The terms of the assignment have no return window.
    #[error("the order may not be returned")]
    ReturnNotAllowed,
    /// A ruling assigned it.
    #[error("a ruling assigned the order")]
    RuledOrder,
    /// 首接负责: whoever receives an order first keeps it.
    #[error("the city's policy allows no returns")]
    FirstReceiver,
    /// The unit, or all units together, asked as often as they may.
    #[error("no more returns are allowed")]
    ReturnsUsedUp,
    /// The return window has passed in silence.
    #[error("the return window is over")]
    ReturnWindowOver,
    /// Evidence that this unit did not give to this order.
    #[error("unknown attachment")]
    UnknownAttachment,
    /// The order is over.
    #[error("the order is closed")]
    Closed,
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another action")]
    KeyReused,
}

impl Handling {
    /// The first round of a new generation.
    #[must_use]
    pub const fn begin(
        order_id: OrderId,
        generation: i32,
        assignment: Assignment,
        correlation_id: Uuid,
    ) -> Self {
        Self {
            order_id,
            generation,
            rework: 0,
            state: State::Assigned,
            return_id: None,
            extension_id: None,
            suspension_id: None,
            assignment,
            correlation_id,
        }
    }

    /// The responsible unit.
    #[must_use]
    pub const fn lead(&self) -> &UnitCode {
        &self.assignment.lead.code
    }

    /// True for a unit that helps.
    #[must_use]
    pub fn is_co_handler(&self, unit: &UnitCode) -> bool {
        self.assignment.co_handlers.iter().any(|co| co.code == *unit)
    }

    /// Everyone who must be told: the lead first, each unit once.
    pub fn units(&self) -> impl Iterator<Item = (&UnitRef, bool)> {
        let lead = &self.assignment.lead;
        let helpers = self
            .assignment
            .co_handlers
            .iter()
            .filter(|co| co.code != lead.code);
        std::iter::once((lead, true)).chain(helpers.map(|co| (co, false)))
    }

    /// Checks that this unit may act on this generation at all. `knows` = some document of the order was for it.
    ///
    /// # Errors
    /// Says no more about the order than the unit knows already.
    pub fn admit(
        &self,
        unit: &UnitCode,
        generation: i32,
        action: &Action,
        knows: bool,
    ) -> Result<(), ActRefusal> {
        let leads = self.lead() == unit;
        let helps = self.is_co_handler(unit);
        if !leads && !helps && !knows {
            return Err(ActRefusal::UnknownOrder);
        }
        if generation < self.generation || (leads && generation != self.generation) {
            return Err(ActRefusal::StaleGeneration);
        }
        let part = matches!(action, Action::CoReply { .. });
        if leads && part {
            return Err(ActRefusal::NotCoHandler);
        }
        let helping = part || matches!(action, Action::Progress { .. });
        let may = leads || (helps && generation == self.generation && helping);
        if may {
            Ok(())
        } else {
            Err(ActRefusal::NotResponsible)
        }
    }

    /// Checks that the order stands in the generation and round that the unit expects, if it expects any.
    ///
    /// # Errors
    /// When it does not.
    pub fn expect(&self, expected: Option<(i32, i32)>) -> Result<(), ActRefusal> {
        match expected {
            Some(expected) if expected != (self.generation, self.rework) => Err(ActRefusal::Outdated),
            _ => Ok(()),
        }
    }

    /// Checks that the unit has not asked for a return of this generation as often as it may: `before` times.
    ///
    /// # Errors
    /// When it has.
    pub fn may_ask(&self, action: &Action, before: u32) -> Result<(), ActRefusal> {
        let right = self.assignment.return_right.as_ref();
        let used_up = right.is_some_and(|right| right.refused.is_none() && before >= right.times_max);
        let asks = matches!(action, Action::RequestReturn { .. }) && self.return_id.is_none();
        if asks && used_up {
            return Err(ActRefusal::ReturnsUsedUp);
        }
        Ok(())
    }

    /// The unit acts. `fresh` is the id of a return, extension or suspension request, should this become one. Answers what became true, in
    /// order; nothing when it was true already.
    ///
    /// # Errors
    /// When the state does not allow it; nothing has changed then.
    pub fn act(
        &mut self,
        action: &Action,
        fresh: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Vec<Effect>, ActRefusal> {
        action::decide(self, action, fresh, now)
    }

    /// The caller was not content: another round for the same unit. Answers false for a round that is known.
    pub fn begin_rework(&mut self, generation: i32, rework: i32) -> bool {
        if generation != self.generation || rework <= self.rework || self.state.is_over() {
            return false;
        }
        self.rework = rework;
        // A request that the order rest is of the whole assignment: it is answered, or lapses, all the same.
        self.extension_id = None;
        self.state = State::Assigned;
        true
    }

    /// The hotline refused the return; the unit stays responsible. Answers false when that is no longer a question.
    pub fn reject_return(&mut self, generation: i32, return_id: ReturnId) -> bool {
        if generation != self.generation || self.return_id != Some(return_id) {
            return false;
        }
        self.return_id = None;
        !self.state.is_over()
    }

    /// Supervision has answered a request. Answers false when that is no longer a question.
    pub fn answer(&mut self, request: Request) -> bool {
        let was_open = match request {
            Request::Extension(id) => self.extension_id.take_if(|open| *open == id).is_some(),
            Request::Suspension(id) => self.suspension_id.take_if(|open| *open == id).is_some(),
        };
        was_open && !self.state.is_over()
    }

    /// The hotline took the order from the unit. Answers false when it has left it already.
    pub fn uphold_return(&mut self, generation: i32, at: DateTime<Utc>) -> bool {
        if generation != self.generation || self.state.is_over() {
            return false;
        }
        self.end(State::Revoked { ended_at: at });
        true
    }

    /// The hotline took the order back without a return. Answers false when nobody has it.
    pub fn withdraw(&mut self, at: DateTime<Utc>) -> bool {
        self.uphold_return(self.generation, at)
    }

    /// More units help with this generation. Answers false when it is over.
    pub fn help(&mut self, generation: i32, co_handlers: &[UnitRef]) -> bool {
        if generation != self.generation || self.state.is_over() {
            return false;
        }
        self.assignment.co_handlers = co_handlers
            .iter()
            .filter(|co| co.code != self.assignment.lead.code)
            .cloned()
            .collect();
        true
    }

    /// The order is over. Answers false when no unit had it any more.
    pub fn close(&mut self, at: DateTime<Utc>) -> bool {
        if self.state.is_over() {
            return false;
        }
        self.end(State::Closed { ended_at: at });
        true
    }

    /// Nobody asks for anything any more.
    fn end(&mut self, state: State) {
        self.return_id = None;
        self.extension_id = None;
        self.suspension_id = None;
        self.state = state;
    }
}

#[cfg(test)]
#[path = "handling_tests.rs"]
mod tests;
