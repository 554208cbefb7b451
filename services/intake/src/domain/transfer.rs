//! A transfer of a case between two hotlines 转办 (`domain.md` §6): one state machine for both directions.
//!
//! The sender owns the case, and the sender alone decides that it goes: a receiver that says yes (`Accepting`) owns it
//! from the moment that the sender's record names. So there is exactly one owner at any instant, whatever becomes of the
//! messages between them. `steps` has the table, the tests print it.
mod steps;

pub use steps::{IllegalStep, Step};

use super::case_number::is_of;
use super::place::Place;
use super::{ComplaintId, Kind, OrderId, Outcome, Urgency};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::TransferId;
use contracts::words::{TransferDirection, TransferLapse};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a transfer stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransferState {
    /// Told, not answered. The sender owns the case.
    Offered,
    /// Both agreed in a three-way call that the receiver takes it; it cannot be refused any more. The sender owns it.
    Agreed,
    /// The receiver has said yes and waits for the sender's word. The sender owns the case.
    Accepting,
    /// The receiver owns the case.
    Accepted,
    /// The receiver said no, once. The sender owns the case.
    Refused,
    /// They could not agree: the first receiver keeps it 首接负责. The sender owns the case.
    Kept,
    /// Nobody answered in time. The sender owns the case.
    Lapsed,
    /// The sender took the offer back, and owns the case.
    Withdrawn,
    /// The receiver has said how it ended; both sides are closed.
    Completed,
}

impl TransferState {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Offered,
        Self::Agreed,
        Self::Accepting,
        Self::Accepted,
        Self::Refused,
        Self::Kept,
        Self::Lapsed,
        Self::Withdrawn,
        Self::Completed,
    ];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Agreed => "agreed",
            Self::Accepting => "accepting",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Kept => "kept",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Completed => "completed",
        }
    }

    /// True while an answer is awaited.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Offered | Self::Agreed | Self::Accepting)
    }

    /// True when the receiver owns the case, or did when it ended.
    #[must_use]
    pub const fn is_receivers(self) -> bool {
        matches!(self, Self::Accepted | Self::Completed)
    }

    /// How an offer ended without a yes or no.
    #[must_use]
    pub const fn lapse(self) -> Option<TransferLapse> {
        match self {
            Self::Lapsed => Some(TransferLapse::Unanswered),
            Self::Withdrawn => Some(TransferLapse::Withdrawn),
            Self::Kept => Some(TransferLapse::Undecided),
            _ => None,
        }
    }
}

impl fmt::Display for TransferState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownState;

impl FromStr for TransferState {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, UnknownState> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == word);
        known.ok_or(UnknownState)
    }
}

/// What is offered: everything the receiver needs to handle it, and no identity. What a newer hotline says beside that is read
/// over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PeerOffer)]
pub struct Offer {
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// One line, masked.
    pub title: String,
    /// What is wanted, masked.
    pub text: String,
    /// Entry of the sender's catalogue.
    pub matter: Option<String>,
    /// Division code, when known.
    pub division: Option<String>,
    /// Address in words, masked.
    pub address: Option<String>,
    /// WGS84 degrees east and north.
    pub position: Option<(f64, f64)>,
    /// Why it is the receiver's, masked.
    pub reason: String,
    /// The caller agreed that the receiver may learn who they are.
    pub consent: bool,
    /// Who called is shown to nobody. Hotlines that do not know the word refuse the offer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// Since when the case was told by voice; always there for an emergency.
    pub voice_at: Option<DateTime<Utc>>,
    /// Until when the sender wants the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
}

impl Offer {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        let (longitude, latitude) = self.position.unzip();
        Place {
            division: self.division.clone(),
            longitude,
            latitude,
            address: self.address.clone(),
        }
    }
}

/// Limits of transfers; settings with compiled-in defaults.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Time to answer an emergency.
    pub answer_emergency: TimeDelta,
    /// Time to answer anything else.
    pub answer_ordinary: TimeDelta,
    /// Hops of one case.
    pub hops_max: i16,
}

impl Limits {
    /// Time to answer.
    #[must_use]
    pub const fn answer(&self, urgency: Urgency) -> TimeDelta {
        match urgency {
            Urgency::Emergency => self.answer_emergency,
            Urgency::Urgent | Urgency::Ordinary => self.answer_ordinary,
        }
    }
}

/// One transfer, as one side sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct Transfer {
    /// The same on both sides.
    pub transfer_id: TransferId,
    /// Seen from here.
    pub direction: TransferDirection,
    /// Code of the other hotline.
    pub peer: String,
    /// What both call the case: the number of the hotline that the caller turned to.
    pub case_number: String,
    /// The sender's number of it.
    pub sender_number: String,
    /// The receiver's number of it.
    pub receiver_number: Option<String>,
    /// Our order.
    pub order_id: Option<OrderId>,
    /// Its complaint.
    pub complaint_id: Option<ComplaintId>,
    /// 1 = from the hotline the caller turned to.
    pub hop: i16,
    /// What is offered.
    pub offer: Offer,
    /// Where it stands.
    pub state: TransferState,
    /// When it was offered, by the sender's clock.
    pub offered_at: DateTime<Utc>,
    /// Until when the receiver must answer, by the sender's clock.
    pub answer_until: DateTime<Utc>,
    /// When the receiver's machine confirmed that it has it.
    pub receipt_at: Option<DateTime<Utc>>,
    /// When it was accepted, refused or ended: by the sender's clock.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused, taken back or kept, masked.
    pub why: Option<String>,
    /// Whom the receiver thinks right.
    pub better_address: Option<String>,
    /// What the three-way call came to, masked.
    pub call_note: Option<String>,
    /// When that was.
    pub called_at: Option<DateTime<Utc>>,
    /// How the case ended, what the caller may be told, and when.
    pub result: Option<(Outcome, String, DateTime<Utc>)>,
    /// Of the contact that the case came from.
    pub correlation_id: Uuid,
    /// `agent:<subject>` or `peer:<code>`: who offered it here.
    pub offered_by: String,
    /// It is ours by the sender's word and could not be registered here: since when, and what the last try ran into.
    pub unregistered: Option<(DateTime<Utc>, String)>,
    /// It came to us and went on: a third hotline has it, or has ended it.
    pub passed_on: bool,
}

impl Transfer {
    /// The line in which its facts stand.
    #[must_use]
    pub fn key(&self) -> Uuid {
        self.order_id
            .map_or_else(|| self.transfer_id.uuid(), OrderId::uuid)
    }

    /// True when we are to answer.
    #[must_use]
    pub fn is_incoming(&self) -> bool {
        self.direction == TransferDirection::Incoming
    }

    /// The other side's number of the case, as far as it is known.
    #[must_use]
    pub fn peer_number(&self) -> Option<&str> {
        if self.is_incoming() {
            Some(&self.sender_number)
        } else {
            self.receiver_number.as_deref()
        }
    }

    /// True when the case was the receiver's before it was offered to it: handed over by voice, registered by hand, and now
    /// offered back.
    #[must_use]
    pub fn is_of_receiver(&self) -> bool {
        !self.is_incoming() && self.hop == 1 && is_of(&self.case_number, &self.peer)
    }

    /// True when we own the case now, by our own record.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        let has_it = self.state.is_receivers() == self.is_incoming() || self.unregistered.is_some();
        has_it && !self.is_of_receiver() && !self.passed_on
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When it cannot be taken from here; nothing is changed then.
    pub fn take(&mut self, step: Step) -> Result<bool, IllegalStep> {
        let next = self.state.after(self.direction, step)?;
        let moved = next != self.state;
        if moved {
            // It was about the case that the step leaves behind.
            self.unregistered = None;
        }
        self.state = next;
        Ok(moved)
    }

    /// An emergency that nobody has taken over: a person must see to it now.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        let untaken = matches!(self.state, TransferState::Refused | TransferState::Lapsed);
        self.direction == TransferDirection::Outgoing && untaken && self.offer.urgency == Urgency::Emergency
    }
}

#[cfg(test)]
mod tests;
