//! Callback has closed an order, or intake has let it go: it leaves the queue, and open returns of it end.
use super::changes::Changes;
use crate::domain::order::OrderEvent;
use crate::store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
pub struct CloseOrder;

/// Why an order cannot be closed.
#[derive(Debug, Error)]
pub enum CloseRefused {
    /// Its registration has not arrived.
    #[error("the order is not known yet")]
    OrderUnknown,
}

impl Work for CloseOrder {
    const NAME: &'static str = "close_order";
    type Command = OrderId;
    type Output = ();
    type Refusal = CloseRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        _now: DateTime<Utc>,
        commands: &[Asked<OrderId>],
    ) -> Result<Results<Self>, DbError> {
        let ids: Vec<_> = commands.iter().map(|asked| asked.command.uuid()).collect();
        store::manual_queue::enter(conn).await?;
        let mut orders = store::orders::load_for_update(conn, &ids).await?;
        let mut changes = Changes::default();
        let mut results = Vec::with_capacity(commands.len());
        for id in ids {
            let Some(order) = orders.get_mut(&id) else {
                results.push(Err(CloseRefused::OrderUnknown));
                continue;
            };
            if let Ok(state) = order.state.after(OrderEvent::Closed) {
                order.state = state;
                changes.orders.insert(id, order.clone());
                changes.dequeued.push(id);
                changes.ended.push(id);
            }
            results.push(Ok(()));
        }
        changes.write(conn).await?;
        Ok(results)
    }
}
