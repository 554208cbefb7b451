//! Facts of transfers.
use crate::domain::transfer::{Transfer, TransferState};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::MatterCode;
use contracts::intake::{
    TransferAcceptedV1, TransferCompletedV1, TransferLapsedV1, TransferOfferedV1, TransferRefusedV1,
    TransferV1,
};

fn about(transfer: &Transfer) -> TransferV1 {
    TransferV1 {
        transfer_id: transfer.transfer_id,
        direction: transfer.direction,
        peer: transfer.peer.clone(),
        order_id: transfer.order_id,
        complaint_id: transfer.complaint_id,
        peer_number: transfer.peer_number().map(str::to_owned),
        matter: transfer.offer.matter.as_deref().map(MatterCode::from),
        urgency: transfer.offer.urgency,
        hop: transfer.hop,
    }
}

/// A case was offered.
#[must_use]
pub fn offered(transfer: &Transfer, at: DateTime<Utc>, cause: &Cause) -> Fact {
    let event = TransferOfferedV1 {
        transfer: about(transfer),
        reason: transfer.offer.reason.clone(),
        answer_until: transfer.answer_until,
        offered_at: transfer.offered_at,
    };
    Fact::new(transfer.key(), at, cause, &event)
}

/// Where a transfer stands now became true; `None` for a state that nobody else needs to hear of.
#[must_use]
pub fn moved(transfer: &Transfer, at: DateTime<Utc>, cause: &Cause) -> Option<Fact> {
    let key = transfer.key();
    let decided_at = transfer.decided_at.unwrap_or(at);
    match transfer.state {
        TransferState::Offered | TransferState::Agreed | TransferState::Accepting => None,
        TransferState::Accepted => {
            let event = TransferAcceptedV1 {
                transfer: about(transfer),
                number: transfer.receiver_number.clone().unwrap_or_default(),
                accepted_at: decided_at,
            };
            Some(Fact::new(key, at, cause, &event))
        }
        TransferState::Refused => {
            let event = TransferRefusedV1 {
                transfer: about(transfer),
                reason: transfer.why.clone().unwrap_or_default(),
                better_address: transfer.better_address.clone(),
                refused_at: decided_at,
            };
            Some(Fact::new(key, at, cause, &event))
        }
        TransferState::Kept | TransferState::Lapsed | TransferState::Withdrawn => {
            let event = TransferLapsedV1 {
                transfer: about(transfer),
                lapse: transfer.state.lapse()?,
                answer_until: transfer.answer_until,
                lapsed_at: decided_at,
            };
            Some(Fact::new(key, at, cause, &event))
        }
        TransferState::Completed => {
            let (outcome, result, completed_at) = transfer.result.clone()?;
            let event = TransferCompletedV1 {
                transfer: about(transfer),
                outcome,
                result,
                completed_at,
            };
            Some(Fact::new(key, at, cause, &event))
        }
    }
}
