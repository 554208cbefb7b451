//! Other hotlines, and what is said between them. The shapes here go over the wire as JSON.
mod check;
pub mod refusal;

use super::Outcome;
use super::peer_way::Way;
use super::transfer::{Offer, TransferState};
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use serde::{Deserialize, Serialize};
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
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The transfer.
    pub transfer_id: TransferId,
    /// A state of `TransferState`.
    pub state: String,
    /// When that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// The transfer of the same case that stands instead of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TransferId>,
}

/// One transfer as one side sees it, for the daily comparison.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// The transfer.
    pub transfer_id: TransferId,
    /// Where it stands.
    pub state: String,
    /// True when the one who says this owns the case.
    pub owned: bool,
    /// True when the one who says this has handed it on to a third.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passed_on: bool,
}

/// What one side says of all its transfers with the other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standings {
    /// Each as it stands.
    pub transfers: Vec<Standing>,
    /// There are more, after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<TransferId>,
}

/// Where two sides differ about one transfer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// The transfer.
    pub transfer_id: TransferId,
    /// How it stands here; `None` = unknown here.
    pub here: Option<String>,
    /// How it stands there; `None` = unknown there.
    pub there: Option<String>,
    /// How many say that they own the case: 0, 1 or 2.
    pub owners: u8,
}

/// Compares both sides' views: what only one knows, where the states differ, and where not exactly one owns the case or has handed
/// it on. No
/// differences are a receiver that waits for the sender's word, a call that the receiver has not heard of yet, and an offer that
/// has ended without being heard there: of crossed offers one is taken back before the other side knows it.
#[must_use]
pub fn compare(here: &[Standing], there: &[Standing]) -> Vec<Difference> {
    let mut ids: Vec<TransferId> = here
        .iter()
        .chain(there)
        .map(|standing| standing.transfer_id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let find = |side: &[Standing], id| side.iter().find(|standing| standing.transfer_id == id).cloned();
    let mut differences = Vec::new();
    for transfer_id in ids {
        let (ours, theirs) = (find(here, transfer_id), find(there, transfer_id));
        let owns = |side: &Option<Standing>| {
            side.as_ref()
                .is_some_and(|standing| standing.owned || standing.passed_on)
        };
        let owners = u8::from(owns(&ours)) + u8::from(owns(&theirs));
        if unheard(ours.as_ref(), theirs.as_ref()) {
            continue;
        }
        let state =
            |side: &Option<Standing>| side.as_ref().map(|standing| settled(&standing.state).to_owned());
        if state(&ours) != state(&theirs) || owners != 1 {
            differences.push(Difference {
                transfer_id,
                here: ours.map(|standing| standing.state),
                there: theirs.map(|standing| standing.state),
                owners,
            });
        }
    }
    differences
}

fn settled(state: &str) -> &str {
    if [TransferState::Accepting, TransferState::Agreed]
        .map(TransferState::as_str)
        .contains(&state)
    {
        TransferState::Offered.as_str()
    } else {
        state
    }
}

/// Known to one side only, where it has ended with nothing handed over.
fn unheard(ours: Option<&Standing>, theirs: Option<&Standing>) -> bool {
    let ((Some(known), None) | (None, Some(known))) = (ours, theirs) else {
        return false;
    };
    let over = [
        TransferState::Refused,
        TransferState::Kept,
        TransferState::Lapsed,
        TransferState::Withdrawn,
    ];
    over.map(TransferState::as_str).contains(&known.state.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn standing(n: u128, state: &str, owned: bool) -> Standing {
        Standing {
            transfer_id: TransferId(Uuid::from_u128(n)),
            state: state.to_owned(),
            owned,
            passed_on: false,
        }
    }

    #[test]
    fn both_sides_agree_when_states_match_and_one_owns_it() {
        let here = [standing(1, "accepted", false), standing(2, "offered", true)];
        let there = [standing(1, "accepted", true), standing(2, "accepting", false)];
        assert_eq!(compare(&here, &there), Vec::new());
        let mut on = standing(1, "accepted", false);
        on.passed_on = true;
        assert_eq!(compare(&here[..1], &[on]), Vec::new(), "a third has it");
    }

    #[test]
    fn what_ended_unheard_and_what_waits_for_the_other_side_is_no_difference() {
        let here = [
            standing(1, "withdrawn", false),
            standing(2, "agreed", true),
            standing(3, "lapsed", true),
        ];
        let there = [standing(2, "accepting", false), standing(4, "withdrawn", false)];
        assert_eq!(compare(&here, &there), Vec::new());
        // An accepted case that the other side does not know is one.
        assert_eq!(compare(&[standing(1, "accepted", false)], &[]).len(), 1);
    }

    #[test]
    fn what_differs_is_listed_with_how_many_own_it() {
        let here = [
            standing(1, "lapsed", true),
            standing(2, "accepted", false),
            standing(3, "offered", true),
        ];
        let there = [standing(1, "accepted", true), standing(2, "accepted", false)];
        let found = compare(&here, &there);
        let owners: Vec<u8> = found.iter().map(|difference| difference.owners).collect();
        assert_eq!(owners, [2, 0, 1]);
        assert_eq!(
            (found[2].here.as_deref(), found[2].there.as_deref()),
            (Some("offered"), None)
        );
    }

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
