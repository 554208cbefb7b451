//! The hotline agreed that the order is not the unit's: it is taken away at once, before the next unit is known.
use super::batch::{self, NeverAssigned};
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
        let order_id = |uphold: &UpholdReturn| uphold.order_id;
        batch::each(conn, now, commands, order_id, |batch, command, cause| {
            let told = batch.change(command.order_id, |handling| {
                handling.uphold_return(command.generation, now)
            })?;
            if told {
                batch.tell_all(command.order_id, Notice::Revoked, None, now, cause);
            }
            Ok(())
        })
        .await
    }
}
