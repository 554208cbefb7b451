//! An order as intake follows it, to tell the caller: one enum with data, moved by what other services report.
//!
//! How each event moves each state is in `moves`; the whole table is printed by the tests.
mod moves;

use super::{OrderId, Outcome};
use chrono::{DateTime, Utc};
use contracts::terms::Limit;
use std::fmt;

/// Where an order stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderState {
    /// Routing has not answered yet.
    Registered,
    /// Nobody could be named; `generation` is the last that was, 0 = none.
    Undecided {
        /// The last generation that had a unit.
        generation: i32,
    },
    /// A unit is responsible.
    Assigned(Handling),
    /// It has taken the order.
    Signed(Handling),
    /// It has made contact.
    Responded(Handling),
    /// It says it is done; the caller is to be called back.
    Replied(Handling, Reply),
    /// The end.
    Closed {
        /// The last unit, if there was one.
        handling: Option<Handling>,
        /// Its last reply, if there was one.
        reply: Option<Reply>,
        /// How it ended.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// Who handles it, and since when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handling {
    /// Code of the unit.
    pub unit_code: String,
    /// Its name at the time of the decision, once the assignment itself was heard of.
    pub unit_name: Option<String>,
    /// Generation of the assignment.
    pub generation: i32,
    /// Round with the same unit.
    pub rework: i32,
    /// When this generation was dispatched, once the assignment itself was heard of.
    pub assigned_at: Option<DateTime<Utc>>,
    /// When the unit took it, in this round.
    pub signed_at: Option<DateTime<Utc>>,
    /// First contact, in this round.
    pub responded_at: Option<DateTime<Utc>>,
}

/// What the unit says to the citizen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The text.
    pub text: String,
    /// What it claims.
    pub solved: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// The total limit of an order 总时限: the city's, counted from acceptance, whoever handles it. The first assignment sets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Promise {
    /// How long.
    pub limit: Limit,
    /// Code of the calendar that it is counted in.
    pub calendar: String,
    /// From when.
    pub from: DateTime<Utc>,
}

/// What another service reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderEvent {
    /// routing: this unit is responsible.
    Assigned {
        /// Code of the unit.
        unit_code: String,
        /// Its name.
        unit_name: String,
        /// 1, 2, 3, …
        generation: i32,
        /// When.
        at: DateTime<Utc>,
        /// The city's promise to the caller.
        promise: Promise,
    },
    /// routing: nobody could be named.
    Undecided,
    /// unit-gateway: taken.
    Signed {
        /// Code of the unit.
        unit_code: String,
        /// Of the assignment.
        generation: i32,
        /// When.
        at: DateTime<Utc>,
    },
    /// unit-gateway: first contact.
    Responded {
        /// Code of the unit.
        unit_code: String,
        /// Of the assignment.
        generation: i32,
        /// When.
        at: DateTime<Utc>,
    },
    /// unit-gateway: says it is done.
    Replied {
        /// Code of the unit.
        unit_code: String,
        /// Of the assignment.
        generation: i32,
        /// Round.
        rework: i32,
        /// What it says.
        reply: Reply,
    },
    /// callback: back to the same unit.
    Reworked {
        /// Code of the unit, kept.
        unit_code: String,
        /// Of the assignment, kept.
        generation: i32,
        /// The new round.
        rework: i32,
    },
    /// callback: the end.
    Closed {
        /// How.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// An order with its state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrackedOrder {
    /// Its id.
    pub order_id: OrderId,
    /// Where it stands.
    pub state: OrderState,
}

impl OrderState {
    /// The word in the table and in answers.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Undecided { .. } => "undecided",
            Self::Assigned(_) => "assigned",
            Self::Signed(_) => "signed",
            Self::Responded(_) => "responded",
            Self::Replied(..) => "replied",
            Self::Closed { .. } => "closed",
        }
    }

    /// True when a later complaint may still join the order.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Closed { .. })
    }

    /// Who handles it, or did last.
    #[must_use]
    pub const fn handling(&self) -> Option<&Handling> {
        match self {
            Self::Registered | Self::Undecided { .. } => None,
            Self::Assigned(handling)
            | Self::Signed(handling)
            | Self::Responded(handling)
            | Self::Replied(handling, _) => Some(handling),
            Self::Closed { handling, .. } => handling.as_ref(),
        }
    }

    /// What the unit says to the citizen.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Replied(_, reply) => Some(reply),
            Self::Closed { reply, .. } => reply.as_ref(),
            _ => None,
        }
    }

    /// How and when it ended.
    #[must_use]
    pub const fn end(&self) -> Option<(Outcome, DateTime<Utc>)> {
        match self {
            Self::Closed { outcome, at, .. } => Some((*outcome, *at)),
            _ => None,
        }
    }

    /// The newest generation known; 0 = none.
    #[must_use]
    pub fn generation(&self) -> i32 {
        match self {
            Self::Undecided { generation } => *generation,
            other => other.handling().map_or(0, |handling| handling.generation),
        }
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self.handling() {
            Some(handling) => {
                let nameless = if handling.unit_name.is_none() {
                    " nameless"
                } else {
                    ""
                };
                write!(f, " g{} r{}{nameless}", handling.generation, handling.rework)?;
            }
            None if self.generation() > 0 => write!(f, " after g{}", self.generation())?,
            None => {}
        }
        let reply = if self.reply().is_some() { ", a reply" } else { "" };
        f.write_str(reply)
    }
}

#[cfg(test)]
mod tests;
