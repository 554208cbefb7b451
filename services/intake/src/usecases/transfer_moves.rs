//! What follows when a transfer has moved: shared by the use cases that move one.
use super::withdraw_orders;
use crate::domain::order::{Handling, OrderState, Reply};
use crate::domain::peer::Message;
use crate::domain::supplement::Supplement;
use crate::domain::transfer::{Step, Transfer, TransferState};
use crate::domain::withdrawal::{Origin, Withdrawal};
use crate::domain::{OrderId, Outcome};
use crate::events;
use crate::store::transfers::HandedOver;
use crate::store::{orders, ownerships, peer_messages, peers, results, supplements, transfers, withdrawals};
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// An order that ended here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ended {
    pub(super) order_id: OrderId,
    pub(super) outcome: Outcome,
    pub(super) at: DateTime<Utc>,
    /// What the caller may be told.
    pub(super) result: String,
}

/// What a person or a peer causes is part of the contact that the case came from.
pub(super) fn part_of(transfer: &Transfer, cause: &Cause) -> Cause {
    Cause {
        correlation_id: transfer.correlation_id,
        ..cause.clone()
    }
}

/// One transfer, locked.
pub(super) async fn locked(conn: &mut Conn, id: Uuid) -> Result<Option<Transfer>, DbError> {
    Ok(transfers::get_for_update(conn, &[id]).await?.into_iter().next())
}

/// Writes a transfer that has moved, tells it, and does what follows for the order here.
pub(super) async fn moved(
    conn: &mut Conn,
    now: DateTime<Utc>,
    transfer: &Transfer,
    cause: &Cause,
) -> Result<(), DbError> {
    transfers::save(conn, transfer).await?;
    if transfer.is_alarming() {
        tracing::error!(transfer.id = %transfer.transfer_id, peer = %transfer.peer, state = %transfer.state,
            "an emergency was not taken over: a person must see to it");
    }
    let cause = part_of(transfer, cause);
    if let Some(fact) = events::transfers::moved(transfer, now, &cause) {
        bus::outbox::append(conn, &[fact]).await?;
    }
    let at = transfer.decided_at.unwrap_or(now);
    match (transfer.order_id, transfer.state, transfer.is_incoming()) {
        (Some(order_id), TransferState::Accepted, false) => {
            hand_over(conn, transfer, order_id, at, &cause).await
        }
        (Some(order_id), TransferState::Accepted, true) => {
            let origins = withdrawals::origins(conn, &[order_id]).await?;
            if !is_own(&origins, order_id, transfer) {
                // The order is another caller's; when this case was ours stands in the transfer itself.
                return Ok(());
            }
            let from = Some(transfer.peer.as_str());
            ownerships::open(conn, order_id, &transfer.case_number, at, from).await
        }
        (Some(order_id), TransferState::Completed, _) => {
            complete(conn, now, transfer, order_id, &cause).await
        }
        _ => Ok(()),
    }
}

/// True when the order was made of the transfer's own complaint; false when the case only joined it.
fn is_own(origins: &HashMap<OrderId, Origin>, order_id: OrderId, transfer: &Transfer) -> bool {
    origins.get(&order_id).map(|origin| origin.complaint_id) == transfer.complaint_id
}

/// The order leaves: from this instant on it is the receiver's.
async fn hand_over(
    conn: &mut Conn,
    transfer: &Transfer,
    order_id: OrderId,
    at: DateTime<Utc>,
    cause: &Cause,
) -> Result<(), DbError> {
    ownerships::end(conn, &[(order_id, at)], Some(&transfer.peer)).await?;
    let Some((order, _)) = orders::get_for_update(conn, &[order_id]).await?.remove(&order_id) else {
        return Ok(());
    };
    let generation = order.state.generation();
    let origins = withdrawals::origins(conn, &[order_id]).await?;
    let row = Withdrawal {
        order_id,
        outcome: Outcome::Transferred,
        transfer_id: Some(transfer.transfer_id),
        reason: transfer.offer.reason.clone(),
        by: format!("peer:{}", transfer.peer),
        at,
    };
    withdraw_orders::end(conn, vec![order], &origins, &[row], cause).await?;
    let name = peers::get(conn, &transfer.peer).await?.map(|(peer, _)| peer.name);
    let handling = Handling {
        unit_code: transfer.peer.clone(),
        unit_name: Some(name.unwrap_or_else(|| transfer.peer.clone())),
        generation,
        rework: 0,
        assigned_at: Some(at),
        signed_at: None,
        responded_at: None,
    };
    rewrite(conn, at, order_id, Some(handling), None).await?;
    // What was offered is the complaint as it was told first. Whoever adds something meanwhile has it locked.
    let added = supplements::of_order_for_update(conn, order_id).await?;
    let handed = HandedOver {
        order_id,
        transfer_id: transfer.transfer_id,
        peer: transfer.peer.clone(),
        accepted_at: at,
        open: true,
    };
    for row in &added {
        add_there(conn, at, &handed, row).await?;
    }
    Ok(())
}

/// What a caller has added is added where the case is now.
pub(super) async fn add_there(
    conn: &mut Conn,
    now: DateTime<Utc>,
    handed: &HandedOver,
    row: &Supplement,
) -> Result<(), DbError> {
    let message = Message::Supplement {
        transfer_id: handed.transfer_id,
        of: Some(row.complaint_id.uuid()),
        supplement: row.supplement,
        text: row.text.clone(),
        accepted_at: handed.accepted_at,
    };
    peer_messages::queue(conn, &handed.peer, &message, now).await
}

/// What the caller may be told of an order that has left.
async fn rewrite(
    conn: &mut Conn,
    at: DateTime<Utc>,
    order_id: OrderId,
    handled: Option<Handling>,
    said: Option<Reply>,
) -> Result<(), DbError> {
    let Some((mut order, _)) = orders::get_for_update(conn, &[order_id]).await?.remove(&order_id) else {
        return Ok(());
    };
    if let OrderState::Closed { handling, reply, .. } = &mut order.state {
        if handled.is_some() {
            *handling = handled;
        }
        if said.is_some() {
            *reply = said;
        }
        orders::save_states(conn, at, &[&order]).await?;
    }
    Ok(())
}

async fn complete(
    conn: &mut Conn,
    now: DateTime<Utc>,
    transfer: &Transfer,
    order_id: OrderId,
    cause: &Cause,
) -> Result<(), DbError> {
    let Some((outcome, result, at)) = transfer.result.clone() else {
        return Ok(());
    };
    let reply = Reply {
        text: result,
        solved: outcome == Outcome::Solved,
        at,
    };
    if transfer.is_incoming() {
        let origins = withdrawals::origins(conn, &[order_id]).await?;
        if !is_own(&origins, order_id, transfer) {
            return Ok(());
        }
        ownerships::end(conn, &[(order_id, at)], None).await?;
        return end_here(conn, now, transfer, (order_id, &origins), reply, cause).await;
    }
    rewrite(conn, at, order_id, None, Some(reply)).await?;
    results::wake(conn, now, &[order_id]).await?;
    pass_on(conn, now, transfer, order_id, cause).await
}

/// A case that came from one hotline and was handed on to another: the first one hears the result, too.
async fn pass_on(
    conn: &mut Conn,
    now: DateTime<Utc>,
    from: &Transfer,
    order_id: OrderId,
    cause: &Cause,
) -> Result<(), DbError> {
    let concerned = transfers::concerned(conn, &[order_id]).await?;
    for mut came in transfers::get_for_update(conn, &concerned).await? {
        if !came.is_incoming() || came.take(Step::Complete) != Ok(true) {
            continue;
        }
        came.result.clone_from(&from.result);
        Box::pin(moved(conn, now, &came, cause)).await?;
        if let Some(message) = result_of(&came) {
            peer_messages::queue(conn, &came.peer, &message, now).await?;
        }
    }
    Ok(())
}

/// The desk itself said how a case of another hotline ended: whoever handles our order of it stops, and who joined it hears the
/// same. An order that has ended by itself stays as it is.
async fn end_here(
    conn: &mut Conn,
    now: DateTime<Utc>,
    transfer: &Transfer,
    (order_id, origins): (OrderId, &HashMap<OrderId, Origin>),
    reply: Reply,
    cause: &Cause,
) -> Result<(), DbError> {
    let known = orders::get_for_update(conn, &[order_id]).await?.remove(&order_id);
    let Some((order, _)) = known.filter(|(order, _)| order.state.is_open()) else {
        return Ok(());
    };
    let row = Withdrawal {
        order_id,
        outcome: Outcome::NotCalled,
        transfer_id: Some(transfer.transfer_id),
        reason: reply.text.clone(),
        by: cause.actor.clone(),
        at: now,
    };
    withdraw_orders::end(conn, vec![order], origins, &[row], cause).await?;
    let ended = Ended {
        order_id,
        outcome: Outcome::NotCalled,
        at: now,
        result: reply.text.clone(),
    };
    rewrite(conn, now, order_id, None, Some(reply)).await?;
    // An offer of it to a third hotline is taken back.
    Box::pin(orders_ended(conn, now, &[ended], cause)).await
}

/// Orders ended here: offers of them are taken back, and hotlines that handed them over get the result.
pub(super) async fn orders_ended(
    conn: &mut Conn,
    now: DateTime<Utc>,
    ended: &[Ended],
    cause: &Cause,
) -> Result<(), DbError> {
    if ended.is_empty() {
        return Ok(());
    }
    let ids: Vec<OrderId> = ended.iter().map(|end| end.order_id).collect();
    let concerned = transfers::concerned(conn, &ids).await?;
    let times: Vec<_> = ended.iter().map(|end| (end.order_id, end.at)).collect();
    ownerships::end(conn, &times, None).await?;
    results::wake(conn, now, &ids).await?;
    if concerned.is_empty() {
        return Ok(());
    }
    for mut transfer in transfers::get_for_update(conn, &concerned).await? {
        let Some(end) = ended.iter().find(|end| Some(end.order_id) == transfer.order_id) else {
            continue;
        };
        let step = if transfer.is_incoming() {
            Step::Complete
        } else {
            Step::Withdraw
        };
        // Its state moved between the two looks: then this end is no news for it.
        let Ok(true) = transfer.take(step) else { continue };
        let message = if transfer.is_incoming() {
            transfer.result = Some((end.outcome, end.result.clone(), end.at));
            result_of(&transfer)
        } else {
            transfer.decided_at = Some(now);
            transfer.why = Some(end.outcome.as_str().to_owned());
            Some(end_of(&transfer, now))
        };
        moved(conn, now, &transfer, cause).await?;
        if let Some(message) = message {
            peer_messages::queue(conn, &transfer.peer, &message, now).await?;
        }
    }
    Ok(())
}

/// The message that tells the receiver of an end.
pub(super) fn end_of(transfer: &Transfer, at: DateTime<Utc>) -> Message {
    Message::End {
        transfer_id: transfer.transfer_id,
        state: transfer.state.as_str().to_owned(),
        ended_at: at,
    }
}

/// The message that tells the sender of a result.
pub(super) fn result_of(transfer: &Transfer) -> Option<Message> {
    let (outcome, result, completed_at) = transfer.result.clone()?;
    Some(Message::Result {
        transfer_id: transfer.transfer_id,
        outcome,
        result,
        completed_at,
    })
}
