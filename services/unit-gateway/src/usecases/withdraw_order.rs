//! Nobody is responsible any more, and no unit said so itself: the order was amended, or it is disputed. Whoever has it
//! loses it. After an upheld return the unit has lost it already, and a new order was nobody's: then nothing happens.
use super::batch;
use crate::domain::delivery::Notice;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawOrders;

impl Work for WithdrawOrders {
    const NAME: &'static str = "withdraw_order";
    type Command = OrderId;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<OrderId>],
    ) -> Result<Results<Self>, DbError> {
        let order_id = |order_id: &OrderId| *order_id;
        batch::each(conn, now, commands, order_id, |batch, order_id, cause| {
            let told = batch.change(*order_id, |handling| handling.withdraw(now));
            if told == Ok(true) {
                batch.tell_all(*order_id, Notice::Revoked, None, now, cause);
            }
            Ok(())
        })
        .await
    }
}
