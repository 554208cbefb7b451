//! What the caller of a case adds or takes back at the hotline that they turned to, told to us who have the case: it is added to
//! our complaint, or opens a withdrawal, like our own caller's. May come twice, and before we know that the case is ours.
use super::hear_peer::HearRefusal;
use super::supplement_complaint::{self, SupplementComplaint};
use super::take_over::TakeOver;
use super::withdraw_orders::{self, Taken, WithdrawOrders, WithdrawRefusal};
use crate::domain::peer::Message;
use crate::domain::transfer::{Transfer, TransferState};
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, DbError, Work};
use std::sync::Arc;

/// A supplement is recognised by its number; what the number means never changes.
const SAME: [u8; 32] = [0; 32];

/// The case, the complaint that it is here, and its order.
type Ours<'a> = (&'a Transfer, ComplaintId, OrderId);

pub(super) async fn hear(
    take: &TakeOver,
    conn: &mut Conn,
    now: DateTime<Utc>,
    transfer: &mut Transfer,
    message: &Message,
    cause: &Cause,
) -> Result<Result<(), HearRefusal>, DbError> {
    let (Message::Supplement { accepted_at, .. } | Message::TakenBack { accepted_at, .. }) = message else {
        return Ok(Err(HearRefusal::NotYours));
    };
    if transfer.state == TransferState::Accepting {
        // Nobody says this to us but a sender that has let the case go: its word has come this way first.
        take.confirmed(conn, now, transfer, *accepted_at, cause).await?;
        if transfer.unregistered.is_some() {
            return Ok(Err(HearRefusal::Unregistered));
        }
    }
    let (true, Some(complaint_id), Some(order_id)) = (
        transfer.state.is_receivers(),
        transfer.complaint_id,
        transfer.order_id,
    ) else {
        return Ok(Err(HearRefusal::NotYours));
    };
    let ours = (&*transfer, complaint_id, order_id);
    match message {
        Message::Supplement {
            of, supplement, text, ..
        } => {
            let number = match of {
                Some(of) => format!("{of}/{supplement}"),
                None => supplement.to_string(),
            };
            add(take, conn, now, ours, (&number, text), cause).await
        }
        Message::TakenBack { reason, .. } => take_back(take, conn, now, ours, reason, cause).await,
        _ => Ok(Err(HearRefusal::NotYours)),
    }
}

async fn add(
    take: &TakeOver,
    conn: &mut Conn,
    now: DateTime<Utc>,
    (transfer, complaint_id, _): Ours<'_>,
    (number, text): (&str, &str),
    cause: &Cause,
) -> Result<Result<(), HearRefusal>, DbError> {
    let key = format!("{}/{number}", transfer.transfer_id);
    let command = supplement_complaint::Command {
        complaint_id,
        text: text.trim().to_owned(),
        by: format!("peer:{}", transfer.peer),
        attempt: Some((key, SAME)),
    };
    let work = SupplementComplaint {
        vault: Arc::clone(&take.register.vault),
    };
    let cause = cause.clone();
    let added = work.apply(conn, now, &[Asked { cause, command }]).await?;
    let refused = added.into_iter().any(|added| added.is_err());
    Ok(if refused { Err(HearRefusal::Closed) } else { Ok(()) })
}

async fn take_back(
    take: &TakeOver,
    conn: &mut Conn,
    now: DateTime<Utc>,
    (transfer, _, order_id): Ours<'_>,
    reason: &str,
    cause: &Cause,
) -> Result<Result<(), HearRefusal>, DbError> {
    if transfer.state == TransferState::Completed {
        return Ok(Ok(()));
    }
    let command = withdraw_orders::Command {
        taken: Taken::Order(order_id),
        reason: reason.trim().to_owned(),
        by: format!("peer:{}", transfer.peer),
    };
    let work = WithdrawOrders {
        vault: Arc::clone(&take.register.vault),
    };
    let cause = cause.clone();
    let withdrawn = work.apply(conn, now, &[Asked { cause, command }]).await?;
    Ok(match withdrawn.into_iter().next() {
        Some(Ok(_)) => Ok(()),
        Some(Err(WithdrawRefusal::Followed)) => Err(HearRefusal::Followed),
        _ => Err(HearRefusal::Closed),
    })
}
