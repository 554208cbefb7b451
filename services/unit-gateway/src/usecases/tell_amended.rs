//! The order was amended and stays with its units: they are told what it says now.
use super::batch;
use crate::domain::delivery::Notice;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// Routing has looked at an amendment.
#[derive(Clone, Debug)]
pub struct Told {
    /// The order.
    pub order_id: OrderId,
    /// The generation that goes on.
    pub generation: i32,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct TellAmended;

impl Work for TellAmended {
    const NAME: &'static str = "tell_amended";
    type Command = Told;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Told>],
    ) -> Result<Results<Self>, DbError> {
        let order_id = |told: &Told| told.order_id;
        batch::each(conn, now, commands, order_id, |batch, command, cause| {
            let has_it = batch.handling(command.order_id).is_some_and(|handling| {
                handling.generation == command.generation && !handling.state.is_over()
            });
            if has_it {
                batch.tell_all(command.order_id, Notice::Amended, None, now, cause);
            }
            Ok(())
        })
        .await
    }
}
