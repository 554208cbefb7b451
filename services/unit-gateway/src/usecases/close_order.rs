//! The order is over: everyone who has it is told, and nobody may act any more.
use super::batch::{self, NeverAssigned};
use crate::domain::delivery::Notice;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};

/// The callback closed the order.
#[derive(Clone, Debug)]
pub struct CloseOrder {
    /// The order.
    pub order_id: OrderId,
    /// When.
    pub closed_at: DateTime<Utc>,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct CloseOrders;

impl Work for CloseOrders {
    const NAME: &'static str = "close_order";
    type Command = CloseOrder;
    type Output = ();
    type Refusal = NeverAssigned;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<CloseOrder>],
    ) -> Result<Results<Self>, DbError> {
        let order_id = |close: &CloseOrder| close.order_id;
        batch::each(conn, now, commands, order_id, |batch, command, cause| {
            let told = batch.change(command.order_id, |handling| handling.close(command.closed_at))?;
            if told {
                batch.tell_all(command.order_id, Notice::Closed, None, now, cause);
            }
            Ok(())
        })
        .await
    }
}
