//! Nobody is responsible any more, and no unit said so itself: the order was amended, or it is disputed. Whoever has it
//! loses it. After an upheld return the unit has lost it already, and a new order was nobody's: then nothing happens.
use super::batch::Batch;
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
        let mut batch = Batch::load(conn, commands.iter().map(|asked| asked.command)).await?;
        for Asked { cause, command } in commands {
            let told = batch.change(*command, |handling| handling.withdraw(now));
            if told == Ok(true) {
                batch.tell_all(*command, Notice::Revoked, None, now, cause);
            }
        }
        batch.save(conn, now).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}
