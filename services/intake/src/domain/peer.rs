//! Other hotlines, and what is said between them. The shapes here go over the wire as JSON.
mod check;
mod comparison;
pub mod refusal;

pub use comparison::{Difference, compare};

use super::Outcome;
use super::peer_way::Way;
use super::transfer::Offer;
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Another hotline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Its code, e.g. `110`.
    pub code: String,
    /// For people.
    pub name: String,
    /// Base address of its door; `None` = it cannot be called.
    pub url: Option<String>,
    /// How it is reached, in the order in which the ways are tried.
    pub ways: Vec<Way>,
    /// Catalogue entries whose cases are its.
    pub matters: Vec<String>,
    /// False = nothing is offered to it or taken from it.
    pub active: bool,
}

/// Sealed credentials of a peer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Credentials {
    /// The key with which we call it.
    pub our_key: Option<Vec<u8>>,
    /// The secret with which we sign; `None` = with private keys only.
    pub our_secret: Option<Vec<u8>>,
    /// What the private keys are made of with which we sign, the newest first.
    pub our_seeds: Vec<Vec<u8>>,
}

/// What one hotline tells another about one transfer. Every message may come twice and late.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PeerMessage)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// Sender: take this case.
    Offer(Box<OfferMessage>),
    /// Receiver: yes, under this number. The answer says whether that counted.
    Acceptance {
        /// The transfer.
        transfer_id: TransferId,
        /// The receiver's number of the case.
        number: String,
    },
    /// Receiver: no, once.
    Refusal {
        /// The transfer.
        transfer_id: TransferId,
        /// Why, masked.
        reason: String,
        /// Whom it thinks right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        better_address: Option<String>,
    },
    /// Sender: what a three-way call came to.
    Call {
        /// The transfer.
        transfer_id: TransferId,
        /// True = the receiver takes it; false = the first receiver keeps it.
        agreed: bool,
        /// What was said, masked.
        note: String,
        /// When.
        called_at: DateTime<Utc>,
        /// Until when the receiver must answer, when it takes it.
        answer_until: DateTime<Utc>,
    },
    /// Sender: the offer has ended.
    End {
        /// The transfer.
        transfer_id: TransferId,
        /// `lapsed` or `withdrawn`.
        state: String,
        /// When.
        ended_at: DateTime<Utc>,
    },
    /// Receiver: the case has ended.
    Result {
        /// The transfer.
        transfer_id: TransferId,
        /// How.
        outcome: Outcome,
        /// What the caller may be told, masked.
        result: String,
        /// When.
        completed_at: DateTime<Utc>,
    },
    /// Sender: the caller has added something to a case that is the receiver's.
    Supplement {
        /// The transfer.
        transfer_id: TransferId,
        /// Whose it is, of those who have joined the case: whatever the sender names them by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Uuid>,
        /// 1, 2, 3, … of one of them; the same number is the same supplement.
        supplement: i32,
        /// What was added, masked.
        text: String,
        /// Since when the case is the receiver's.
        accepted_at: DateTime<Utc>,
    },
    /// Sender: the caller takes a case back that is the receiver's.
    TakenBack {
        /// The transfer.
        transfer_id: TransferId,
        /// Why, masked.
        reason: String,
        /// Since when the case is the receiver's.
        accepted_at: DateTime<Utc>,
    },
}

/// An offer with all that the receiver must know.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PeerOfferMessage)]
pub struct OfferMessage {
    /// Given by the sender; a repeated id is the same transfer.
    pub transfer_id: TransferId,
    /// What both call the case.
    pub case_number: String,
    /// The sender's number of it.
    pub number: String,
    /// 1 = from the hotline the caller turned to; 2 at most.
    pub hop: i16,
    /// When, by the sender's clock.
    pub offered_at: DateTime<Utc>,
    /// Until when to answer, by the sender's clock.
    pub answer_until: DateTime<Utc>,
    /// The case.
    pub offer: Offer,
}

impl Message {
    /// Which transfer it is about.
    #[must_use]
    pub fn transfer_id(&self) -> TransferId {
        match self {
            Self::Offer(offer) => offer.transfer_id,
            Self::Acceptance { transfer_id, .. }
            | Self::Refusal { transfer_id, .. }
            | Self::Call { transfer_id, .. }
            | Self::End { transfer_id, .. }
            | Self::Result { transfer_id, .. }
            | Self::Supplement { transfer_id, .. }
            | Self::TakenBack { transfer_id, .. } => *transfer_id,
        }
    }
}

/// Where the other side stands after a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PeerDoorAnswer)]
pub struct Answer {
    /// The transfer.
    pub transfer_id: TransferId,
    /// offered, agreed, accepting, accepted, refused, kept, lapsed, withdrawn, completed.
    pub state: String,
    /// When that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// The transfer of the same case that stands instead of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TransferId>,
}

/// One transfer as one side sees it, for the daily comparison. Hotlines of other releases may not state everything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PeerStanding)]
pub struct Standing {
    /// The transfer.
    pub transfer_id: TransferId,
    /// Where it stands.
    pub state: String,
    /// True when the one who says this owns the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned: Option<bool>,
    /// True when the one who says this has handed it on to a third.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_on: Option<bool>,
    /// When it was offered, by the sender's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_at: Option<DateTime<Utc>>,
}

/// What one side says of all its transfers with the other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PeerStandings)]
pub struct Standings {
    /// Each as it stands.
    pub transfers: Vec<Standing>,
    /// There are more, after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<TransferId>,
    /// True when what is not over is among them however long ago it was offered.
    #[serde(default)]
    pub all_open: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_as_it_was_written() {
        let message = Message::Refusal {
            transfer_id: TransferId(Uuid::from_u128(1)),
            reason: "不属本线".to_owned(),
            better_address: None,
        };
        let text = serde_json::to_string(&message).unwrap();
        assert!(text.starts_with(r#"{"type":"refusal","transfer_id":"#), "{text}");
        assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message);
    }
}
