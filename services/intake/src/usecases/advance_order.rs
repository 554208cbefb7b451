//! Moves orders by what other services report, so that callers can be told. Called by every consumer.
use super::transfer_moves::{Ended, orders_ended};
use crate::domain::OrderId;
use crate::domain::order::{OrderEvent, TrackedOrder};
use crate::store::{orders, service_requests};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::collections::BTreeSet;
use thiserror::Error;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct AdvanceOrder;

/// What is reported about one order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The order.
    pub order_id: OrderId,
    /// What happened.
    pub event: OrderEvent,
}

/// Why a report has no effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum AdvanceRefusal {
    /// Not an order of this service.
    #[error("order {0} is unknown here")]
    Unknown(OrderId),
}

impl Work for AdvanceOrder {
    const NAME: &'static str = "advance_order";
    type Command = Report;
    type Output = ();
    type Refusal = AdvanceRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Report>],
    ) -> Result<Results<Self>, DbError> {
        let ids: BTreeSet<OrderId> = commands.iter().map(|asked| asked.command.order_id).collect();
        let ids: Vec<OrderId> = ids.into_iter().collect();
        let mut known = orders::get_for_update(conn, &ids).await?;
        let mut moved: BTreeSet<OrderId> = BTreeSet::new();
        let mut closed: BTreeSet<OrderId> = BTreeSet::new();
        let mut promises = Vec::new();
        let mut results = Vec::with_capacity(commands.len());
        for Asked {
            command: Report { order_id, event },
            ..
        } in commands
        {
            let Some((order, _)) = known.get_mut(order_id) else {
                results.push(Err(AdvanceRefusal::Unknown(*order_id)));
                continue;
            };
            if let OrderEvent::Assigned { promise, .. } = event {
                promises.push((*order_id, promise));
            }
            // What is stale moves nothing, rightly.
            if let Some(state) = order.state.after(event) {
                order.state = state;
                moved.insert(*order_id);
                if matches!(event, OrderEvent::Closed { .. }) {
                    closed.insert(*order_id);
                }
            }
            results.push(Ok(()));
        }
        if !promises.is_empty() {
            service_requests::promise(conn, &promises).await?;
        }
        let changed: Vec<&TrackedOrder> = moved
            .iter()
            .filter_map(|order_id| known.get(order_id))
            .map(|(order, _)| order)
            .collect();
        if !changed.is_empty() {
            orders::save_states(conn, now, &changed).await?;
        }
        if let Some(Asked { cause, .. }) = commands.last() {
            let ended: Vec<Ended> = closed
                .iter()
                .filter_map(|order_id| ended(&known.get(order_id)?.0))
                .collect();
            orders_ended(conn, now, &ended, cause).await?;
        }
        Ok(results)
    }
}

/// What a hotline that handed the case over is told: the unit's own words, where there are any.
fn ended(order: &TrackedOrder) -> Option<Ended> {
    let (outcome, at) = order.state.end()?;
    let said = order.state.reply().map(|reply| reply.text.clone());
    Some(Ended {
        order_id: order.order_id,
        outcome,
        at,
        result: said.unwrap_or_else(|| outcome.as_str().to_owned()),
    })
}
