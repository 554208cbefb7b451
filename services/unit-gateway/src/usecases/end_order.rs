//! The order left the hotline before its end: whoever has it loses it and is told, and nobody gets it afterwards. It may
//! be nobody's yet, because intake's facts and routing's come in any order.
use super::batch::Batch;
use crate::domain::delivery::Notice;
use crate::store::orders;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// Intake let the order go.
#[derive(Clone, Debug)]
pub struct EndOrder {
    /// The order.
    pub order_id: OrderId,
    /// Why, for the units.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct EndOrders;

impl Work for EndOrders {
    const NAME: &'static str = "end_order";
    type Command = EndOrder;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<EndOrder>],
    ) -> Result<Results<Self>, DbError> {
        let mut batch = Batch::load(conn, commands.iter().map(|asked| asked.command.order_id)).await?;
        let ended: Vec<_> = commands
            .iter()
            .map(|asked| (asked.command.order_id, asked.command.at))
            .collect();
        orders::withdraw(conn, &ended).await?;
        for Asked { cause, command } in commands {
            let told = batch.change(command.order_id, |handling| handling.close(command.at));
            if told == Ok(true) {
                let note = Some(command.reason.as_str());
                batch.tell_all(command.order_id, Notice::Revoked, note, now, cause);
            }
        }
        batch.save(conn, now).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}
