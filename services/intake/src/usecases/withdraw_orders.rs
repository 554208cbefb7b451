//! The caller takes a complaint, or one order of it, back 撤诉. What others follow stays: they wait for its result. What another
//! hotline has is taken back there. Saying it again changes nothing and is answered as the first time.
use super::masking::masked;
use super::transfer_moves::{Ended, orders_ended};
use crate::domain::order::{OrderEvent, TrackedOrder};
use crate::domain::peer::Message;
use crate::domain::withdrawal::{Origin, Withdrawal};
use crate::domain::{ComplaintId, OrderId, Outcome};
use crate::events;
use crate::store::transfers::HandedOver;
use crate::store::{complaints, orders, peer_messages, transfers, withdrawals};
use crate::vault::Vault;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, DbError, Results, Work};
use std::collections::HashMap;
use std::sync::Arc;
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct WithdrawOrders {
    /// Knows what is to be hidden.
    pub vault: Arc<Vault>,
}

/// What is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// Every open order of a complaint.
    Complaint(ComplaintId),
    /// One order.
    Order(OrderId),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// What is taken back.
    pub taken: Taken,
    /// Why, in the agent's words.
    pub reason: String,
    /// `agent:<subject>`.
    pub by: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Withdrawn {
    /// Orders that ended by it, now or by an earlier request.
    pub withdrawn: Vec<OrderId>,
    /// Open orders that stay, because other callers follow them.
    pub followed: Vec<OrderId>,
    /// Orders that another hotline has: it is told, now or by an earlier request, and says how they end.
    pub elsewhere: Vec<OrderId>,
}

/// Why nothing is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum WithdrawRefusal {
    /// There is no such complaint.
    #[error("the complaint does not exist")]
    ComplaintUnknown,
    /// There is no such order.
    #[error("the order does not exist")]
    OrderUnknown,
    /// Nothing of it is open.
    #[error("nothing is open")]
    Closed,
    /// What is open is followed by others.
    #[error("others follow it")]
    Followed,
}

impl Work for WithdrawOrders {
    const NAME: &'static str = "withdraw_orders";
    type Command = Command;
    type Output = Withdrawn;
    type Refusal = WithdrawRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            // A person's request, one at a time: an order may occur twice.
            results.push(self.withdraw(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl WithdrawOrders {
    async fn withdraw(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Withdrawn, WithdrawRefusal>, DbError> {
        let ids = match command.taken {
            Taken::Order(order_id) => vec![order_id],
            Taken::Complaint(complaint_id) => {
                if complaints::get(conn, complaint_id).await?.is_none() {
                    return Ok(Err(WithdrawRefusal::ComplaintUnknown));
                }
                withdrawals::orders_of(conn, complaint_id).await?
            }
        };
        let mut known = orders::get_for_update(conn, &ids).await?;
        if matches!(command.taken, Taken::Order(_)) && known.is_empty() {
            return Ok(Err(WithdrawRefusal::OrderUnknown));
        }
        let origins = withdrawals::origins(conn, &ids).await?;
        let mut handed = transfers::handed_over(conn, &ids).await?;
        let mut answer = Withdrawn::default();
        let mut leaving = Vec::new();
        for order_id in ids {
            let (Some((order, _)), Some(origin)) = (known.remove(&order_id), origins.get(&order_id)) else {
                continue;
            };
            let elsewhere = handed.iter().any(|handed| handed.order_id == order_id);
            match order.state.end() {
                Some((Outcome::Withdrawn, _)) => answer.withdrawn.push(order_id),
                Some(_) if !elsewhere => {}
                _ if origin.followed => answer.followed.push(order_id),
                Some(_) => answer.elsewhere.push(order_id),
                None => leaving.push(order),
            }
        }
        if leaving.is_empty() && answer.withdrawn.is_empty() && answer.elsewhere.is_empty() {
            let refusal = if answer.followed.is_empty() {
                WithdrawRefusal::Closed
            } else {
                WithdrawRefusal::Followed
            };
            return Ok(Err(refusal));
        }
        answer
            .withdrawn
            .extend(leaving.iter().map(|order| order.order_id));
        let first = leaving.first().map(|order| order.order_id);
        let first = first.or(answer.elsewhere.first().copied());
        let reason = match first.and_then(|order_id| origins.get(&order_id)) {
            Some(origin) => masked(conn, &self.vault, origin.complaint_id, &command.reason).await?,
            None => String::new(),
        };
        handed.retain(|handed| answer.elsewhere.contains(&handed.order_id));
        take_back_there(conn, now, &handed, &reason).await?;
        let row = |order: &TrackedOrder| Withdrawal {
            order_id: order.order_id,
            outcome: Outcome::Withdrawn,
            transfer_id: None,
            reason: reason.clone(),
            by: command.by.clone(),
            at: now,
        };
        let rows: Vec<Withdrawal> = leaving.iter().map(row).collect();
        leave(conn, leaving, &origins, &rows, cause).await?;
        Ok(Ok(answer))
    }
}

/// Ends the orders, and tells it to other hotlines that they concern.
async fn leave(
    conn: &mut Conn,
    leaving: Vec<TrackedOrder>,
    origins: &HashMap<OrderId, Origin>,
    rows: &[Withdrawal],
    cause: &Cause,
) -> Result<(), DbError> {
    let Some(now) = rows.first().map(|row| row.at) else {
        return Ok(());
    };
    end(conn, leaving, origins, rows, cause).await?;
    let ended: Vec<Ended> = rows
        .iter()
        .map(|row| Ended {
            order_id: row.order_id,
            outcome: row.outcome,
            at: row.at,
            result: row.reason.clone(),
        })
        .collect();
    orders_ended(conn, now, &ended, cause).await
}

/// Tells the hotlines that have these orders, each once.
async fn take_back_there(
    conn: &mut Conn,
    now: DateTime<Utc>,
    handed: &[HandedOver],
    reason: &str,
) -> Result<(), DbError> {
    for handed in handed.iter().filter(|handed| handed.open) {
        if peer_messages::is_taken_back(conn, handed.transfer_id).await? {
            continue;
        }
        let message = Message::TakenBack {
            transfer_id: handed.transfer_id,
            reason: reason.to_owned(),
            accepted_at: handed.accepted_at,
        };
        peer_messages::queue(conn, &handed.peer, &message, now).await?;
    }
    Ok(())
}

/// Ends locked, open orders before their time, and tells it: for this use case and for transfers.
pub(super) async fn end(
    conn: &mut Conn,
    mut leaving: Vec<TrackedOrder>,
    origins: &HashMap<OrderId, Origin>,
    rows: &[Withdrawal],
    cause: &Cause,
) -> Result<(), DbError> {
    let Some(now) = rows.first().map(|row| row.at) else {
        return Ok(());
    };
    let mut facts = Vec::with_capacity(rows.len());
    for (order, row) in leaving.iter_mut().zip(rows) {
        let (outcome, at) = (row.outcome, row.at);
        if let Some(state) = order.state.after(&OrderEvent::Closed { outcome, at }) {
            order.state = state;
        }
        let Some(origin) = origins.get(&row.order_id) else {
            continue;
        };
        // What a person causes is part of the contact that the order came from.
        let cause = Cause {
            correlation_id: origin.correlation_id.unwrap_or(cause.correlation_id),
            ..cause.clone()
        };
        facts.push(events::withdrawn(row, origin.complaint_id, &cause));
    }
    orders::save_states(conn, now, &leaving.iter().collect::<Vec<_>>()).await?;
    withdrawals::insert(conn, rows).await?;
    bus::outbox::append(conn, &facts).await
}
