//! The hotline agreed that the order is not the unit's: it is taken away at once, before the next unit is known.
use super::batch::{Batch, NeverAssigned};
use crate::domain::delivery::Notice;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};

/// The review said yes.
#[derive(Clone, Debug)]
pub struct UpholdReturn {
    /// The order.
    pub order_id: OrderId,
    /// The generation that ends with this.
    pub generation: i32,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct UpholdReturns;

impl Work for UpholdReturns {
    const NAME: &'static str = "uphold_return";
    type Command = UpholdReturn;
    type Output = ();
    type Refusal = NeverAssigned;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<UpholdReturn>],
    ) -> Result<Results<Self>, DbError> {
        let mut batch = Batch::load(conn, commands.iter().map(|asked| asked.command.order_id)).await?;
        let results = commands.iter().map(|Asked { cause, command }| {
            let told = batch.change(command.order_id, |handling| {
                handling.uphold_return(command.generation, now)
            })?;
            if told {
                batch.tell_all(command.order_id, Notice::Revoked, None, now, cause);
            }
            Ok(())
        });
        let results = results.collect();
        batch.save(conn, now).await?;
        Ok(results)
    }
}
