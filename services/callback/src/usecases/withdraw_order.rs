//! Nobody is responsible for an order any more: a callback that is due about what its unit replied has lost its sense.
use crate::usecases::change_cases::change_cases;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawOrder;

impl Work for WithdrawOrder {
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
        let change = |case: &mut crate::domain::Case, _: &OrderId| {
            case.withdraw(now);
            Vec::new()
        };
        change_cases(conn, now, commands, |order_id| *order_id, change).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
