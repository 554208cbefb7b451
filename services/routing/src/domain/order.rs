//! An order as routing sees it: which answers are possible in which state. One table is the specification
//! (`tests` prints it); what it does not allow is refused and changes nothing.
use crate::domain::decide::Question;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::OrderId;
use contracts::words::Urgency;
use std::fmt;
use thiserror::Error;
use uuid::Uuid;

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OrderState {
    /// A unit is responsible.
    Assigned,
    /// It waits in the manual queue.
    Undecided,
    /// Nobody owns it and no unit may pass it on: it waits in the queue for a ruling.
    Disputed,
    /// It has ended.
    Closed,
}

/// What happens to an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OrderEvent {
    /// A dispatcher names the unit.
    Dispatched,
    /// The responsible unit says "not ours".
    ReturnRequested,
    /// The return was upheld and another duty names a unit.
    Reassigned,
    /// The return was upheld and nobody else can be named.
    LeftUndecided,
    /// The return was upheld, and now only a ruling helps.
    LeftDisputed,
    /// The return was rejected.
    ReturnRejected,
    /// The hotline corrected what it is about; what the rules say of that comes next.
    Amended,
    /// A ruling names the unit.
    Ruled,
    /// The lead asks others to help.
    CoHandlersRequested,
    /// Callback has closed it.
    Closed,
}

/// A pair of state and event that the rules do not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("an order that is {state} cannot be {event}")]
pub struct IllegalMove {
    /// The state.
    pub state: OrderState,
    /// What was tried.
    pub event: OrderEvent,
}

impl OrderState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Assigned, Self::Undecided, Self::Disputed, Self::Closed];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Undecided => "undecided",
            Self::Disputed => "disputed",
            Self::Closed => "closed",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The next state.
    ///
    /// # Errors
    /// When the event cannot happen in this state.
    pub const fn after(self, event: OrderEvent) -> Result<Self, IllegalMove> {
        use OrderEvent as E;
        match (self, event) {
            (Self::Undecided, E::Dispatched)
            | (Self::Undecided | Self::Disputed, E::Ruled)
            | (
                Self::Assigned,
                E::Reassigned | E::ReturnRequested | E::ReturnRejected | E::Amended | E::CoHandlersRequested,
            ) => Ok(Self::Assigned),
            (Self::Assigned, E::LeftUndecided) | (Self::Undecided, E::Amended) => Ok(Self::Undecided),
            (Self::Assigned, E::LeftDisputed) | (Self::Disputed, E::Amended) => Ok(Self::Disputed),
            // Closing what is closed changes nothing: the fact may come twice.
            (_, E::Closed) => Ok(Self::Closed),
            _ => Err(IllegalMove { state: self, event }),
        }
    }
}

impl OrderEvent {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Dispatched,
        Self::ReturnRequested,
        Self::Reassigned,
        Self::LeftUndecided,
        Self::LeftDisputed,
        Self::ReturnRejected,
        Self::Amended,
        Self::Ruled,
        Self::CoHandlersRequested,
        Self::Closed,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Dispatched => "dispatched",
            Self::ReturnRequested => "returned",
            Self::Reassigned => "reassigned",
            Self::LeftUndecided => "left undecided",
            Self::LeftDisputed => "left disputed",
            Self::ReturnRejected => "kept after a return",
            Self::Amended => "amended",
            Self::Ruled => "ruled",
            Self::CoHandlersRequested => "given co-handlers",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for OrderEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One order.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// Of the contact it came from; every fact about it carries it on.
    pub correlation_id: Uuid,
    /// Number people use.
    pub order_number: String,
    /// One line, personal data masked.
    pub title: String,
    /// What is wanted, personal data masked.
    pub text: String,
    /// What decisions about it are asked.
    pub question: Question,
    /// Where it stands.
    pub state: OrderState,
    /// Newest assignment; 0 = none yet.
    pub generation: i32,
    /// How many returns of it were upheld.
    pub bounces: i32,
    /// Newest amendment heard of; 0 = none.
    pub amendment: i32,
}

impl Order {
    /// What a person causes is part of the contact that the order came from.
    #[must_use]
    pub fn within(&self, cause: &Cause) -> Cause {
        Cause {
            correlation_id: self.correlation_id,
            ..cause.clone()
        }
    }

    /// When the complaint was accepted.
    #[must_use]
    pub const fn accepted_at(&self) -> DateTime<Utc> {
        self.question.accepted_at
    }

    /// Place in the manual queue: emergencies first.
    #[must_use]
    pub fn urgency_rank(&self) -> i16 {
        match self.question.urgency {
            Some(Urgency::Emergency) => 0,
            Some(Urgency::Urgent) => 1,
            Some(Urgency::Ordinary) | None => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OrderEvent, OrderState};
    use std::fmt::Write;

    #[test]
    fn every_state_meets_every_event() {
        let mut table = String::new();
        for state in OrderState::ALL {
            for event in OrderEvent::ALL {
                let next = state
                    .after(event)
                    .map_or_else(|_| "refused".to_owned(), |next| next.to_string());
                writeln!(table, "{:<10} {:<20} {next}", state.as_str(), event.as_str())
                    .expect("a string takes anything");
            }
        }
        insta::assert_snapshot!(table);
    }
}
