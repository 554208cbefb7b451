//! Keeps the content of an order, from which every later document is made.
//!
//! After a rebuilt stream an assignment may come before its order's content. It cannot wait for it in the line of
//! the order, because the content would stand behind it; so the assignment is kept, and the units are told here.
use super::batch::Batch;
use crate::domain::delivery::Notice;
use crate::domain::order::OrderContent;
use crate::store::{handlings, orders};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use std::collections::HashSet;
use std::convert::Infallible;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct StoreOrder;

impl Work for StoreOrder {
    const NAME: &'static str = "store_order";
    type Command = OrderContent;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<OrderContent>],
    ) -> Result<Results<Self>, DbError> {
        let contents: Vec<&OrderContent> = commands.iter().map(|asked| &asked.command).collect();
        let new: HashSet<OrderId> = orders::insert(conn, &contents).await?;
        let ids: Vec<Uuid> = new.iter().map(|order_id| order_id.uuid()).collect();
        if handlings::lock(conn, &ids).await?.is_empty() {
            return Ok(commands.iter().map(|_| Ok(())).collect());
        }
        let mut batch = Batch::load(conn, new.iter().copied()).await?;
        for Asked { cause, command } in commands {
            let order_id = command.order_id;
            let waits = new.contains(&order_id)
                && batch
                    .handling(order_id)
                    .is_some_and(|handling| !handling.state.is_over());
            if waits {
                batch.tell_all(order_id, Notice::Assigned, None, now, cause);
            }
        }
        batch.save(conn, now).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}
