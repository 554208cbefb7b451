//! Contact between a unit and a caller through the hotline's relay: who may, for how long, and what is kept of it. The
//! number is told to the relay's provider and to nobody else.
use super::OrderId;
use super::order::OrderState;
use chrono::{DateTime, Utc};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use uuid::Uuid;

/// A token with which one unit reaches the caller of one order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relay {
    /// Names it; means nothing to another unit or for another order.
    pub relay_token: Uuid,
    /// The order.
    pub order_id: OrderId,
    /// The lead that asked.
    pub unit: String,
    /// Of its assignment.
    pub generation: i32,
    /// Subject of the unit's person or key.
    pub asked_by: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Last moment of use.
    pub expires_at: DateTime<Utc>,
}

/// Why there is no contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ContactRefusal {
    /// There is no such order.
    #[error("order_unknown")]
    OrderUnknown,
    /// It is over.
    #[error("order_closed")]
    OrderClosed,
    /// Another unit leads, or another generation is current.
    #[error("not_responsible")]
    NotResponsible,
    /// The assignment has not been heard of here.
    #[error("not_yet_known")]
    NotYetKnown,
    /// The hotline itself speaks with this caller (举报 always; domain.md §3).
    #[error("contact_confidential")]
    Confidential,
    /// The caller gave no number.
    #[error("identity_absent")]
    NoNumber,
    /// The keys at hand do not open it.
    #[error("identity_unreadable")]
    Unreadable,
    /// No such token of this unit for this order.
    #[error("relay_unknown")]
    TokenUnknown,
    /// Its time is over.
    #[error("relay_expired")]
    TokenExpired,
    /// The id belongs to another call.
    #[error("call_reused")]
    CallReused,
}

/// Whether a unit may reach the caller now: it leads, in this generation, and the order is open.
///
/// # Errors
/// Says why not.
pub fn may_contact(state: &OrderState, unit: &str, generation: i32) -> Result<(), ContactRefusal> {
    if !state.is_open() {
        return Err(ContactRefusal::OrderClosed);
    }
    match state.handling() {
        Some(handling) if handling.generation == generation && handling.unit_code == unit => Ok(()),
        _ if state.generation() < generation => Err(ContactRefusal::NotYetKnown),
        _ => Err(ContactRefusal::NotResponsible),
    }
}

impl Relay {
    /// Whether it is this unit's for this order, and its time is not over.
    ///
    /// # Errors
    /// Says why not.
    pub fn usable(
        &self,
        (order_id, unit, generation): (OrderId, &str, i32),
        now: DateTime<Utc>,
    ) -> Result<(), ContactRefusal> {
        if self.order_id != order_id || self.unit != unit {
            return Err(ContactRefusal::TokenUnknown);
        }
        if self.generation != generation || self.expires_at < now {
            return Err(ContactRefusal::TokenExpired);
        }
        Ok(())
    }
}

/// What came of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallOutcome {
    /// The provider is being asked, or nobody knows what it did.
    Begun,
    /// The provider connects the two.
    Connected,
    /// Not now; the same call may be made again.
    Later,
    /// The provider never will.
    Refused,
    /// We did not let it happen.
    NotAllowed,
}

/// A word that is no outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownOutcome;

impl CallOutcome {
    const ALL: [Self; 5] = [
        Self::Begun,
        Self::Connected,
        Self::Later,
        Self::Refused,
        Self::NotAllowed,
    ];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Connected => "connected",
            Self::Later => "later",
            Self::Refused => "refused",
            Self::NotAllowed => "not_allowed",
        }
    }
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CallOutcome {
    type Err = UnknownOutcome;

    fn from_str(word: &str) -> Result<Self, UnknownOutcome> {
        let known = Self::ALL.into_iter().find(|outcome| outcome.as_str() == word);
        known.ok_or(UnknownOutcome)
    }
}

/// One use of a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelayCall {
    /// The same id is the same call.
    pub call_id: Uuid,
    /// The token.
    pub relay_token: Uuid,
    /// Subject of the unit's person or key.
    pub called_by: String,
    /// The unit's phone, `138****5678`.
    pub from_masked: String,
    /// What came of it.
    pub outcome: CallOutcome,
    /// Why it was not connected.
    pub why: Option<String>,
    /// When it was asked for at first.
    pub called_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Outcome;
    use crate::domain::order::Handling;
    use chrono::TimeDelta;

    fn at() -> DateTime<Utc> {
        "2026-03-02T01:00:00Z".parse().unwrap()
    }

    fn handling(unit: &str, generation: i32) -> Handling {
        Handling {
            unit_code: unit.to_owned(),
            unit_name: None,
            generation,
            rework: 0,
            assigned_at: None,
            signed_at: None,
            responded_at: None,
        }
    }

    fn handled(unit: &str, generation: i32) -> OrderState {
        OrderState::Assigned(handling(unit, generation))
    }

    #[test]
    fn only_the_lead_of_the_newest_generation_of_an_open_order_may() {
        assert_eq!(may_contact(&handled("WY-01", 2), "WY-01", 2), Ok(()));
        for (state, unit, generation, refusal) in [
            (handled("WY-01", 2), "WY-02", 2, ContactRefusal::NotResponsible),
            (handled("WY-01", 2), "WY-01", 1, ContactRefusal::NotResponsible),
            (handled("WY-01", 2), "WY-01", 3, ContactRefusal::NotYetKnown),
            (OrderState::Registered, "WY-01", 1, ContactRefusal::NotYetKnown),
            (
                OrderState::Undecided { generation: 1 },
                "WY-01",
                1,
                ContactRefusal::NotResponsible,
            ),
        ] {
            assert_eq!(may_contact(&state, unit, generation), Err(refusal), "{state:?}");
        }
        let closed = OrderState::Closed {
            handling: Some(handling("WY-01", 2)),
            reply: None,
            outcome: Outcome::Solved,
            at: at(),
        };
        assert_eq!(may_contact(&closed, "WY-01", 2), Err(ContactRefusal::OrderClosed));
    }

    #[test]
    fn a_token_is_of_one_unit_for_one_order_and_ends() {
        let order_id = OrderId(Uuid::from_u128(1));
        let relay = Relay {
            relay_token: Uuid::from_u128(2),
            order_id,
            unit: "WY-01".into(),
            generation: 1,
            asked_by: "unit-key:1".into(),
            opened_at: at(),
            expires_at: at() + TimeDelta::hours(2),
        };
        let end = relay.expires_at;
        assert_eq!(relay.usable((order_id, "WY-01", 1), end), Ok(()));
        let late = end + TimeDelta::seconds(1);
        let other = OrderId(Uuid::from_u128(3));
        for (asked, now, refusal) in [
            ((order_id, "WY-02", 1), at(), ContactRefusal::TokenUnknown),
            ((other, "WY-01", 1), at(), ContactRefusal::TokenUnknown),
            ((order_id, "WY-01", 2), at(), ContactRefusal::TokenExpired),
            ((order_id, "WY-01", 1), late, ContactRefusal::TokenExpired),
        ] {
            assert_eq!(relay.usable(asked, now), Err(refusal));
        }
    }
}
