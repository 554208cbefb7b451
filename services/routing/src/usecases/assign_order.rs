//! A registered order finds its unit, or its place in the manual queue.
use super::changes::{Changes, GIVEN};
use super::directories::Directories;
use super::texts::Texts;
use crate::domain::assignment::settle;
use crate::domain::order::Order;
use crate::store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::sync::Arc;
use thiserror::Error;

/// The use case.
pub struct AssignOrder {
    /// The directory in use.
    pub directories: Directories,
    /// What texts are read by.
    pub texts: Texts,
}

/// Why an order cannot be decided yet.
#[derive(Debug, Error)]
pub enum AssignRefused {
    /// There is nothing to decide by.
    #[error("no directory has been published yet")]
    NoDirectory,
}

impl Work for AssignOrder {
    const NAME: &'static str = "assign_order";
    type Command = Order;
    type Output = ();
    type Refusal = AssignRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Order>],
    ) -> Result<Results<Self>, DbError> {
        let Some(directory) = self.directories.current(conn).await? else {
            return Ok(commands.iter().map(|_| Err(AssignRefused::NoDirectory)).collect());
        };
        let reader = self.texts.reader(conn, Arc::clone(&directory), now).await?;
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let mut known = store::orders::known(conn, &ids).await?;
        let mut changes = Changes::default();
        for asked in commands {
            // An order is decided once; hearing of it again changes nothing.
            if known.insert(asked.command.order_id.uuid()) {
                let mut order = asked.command.clone();
                changes.learn(&directory, &order, GIVEN, now);
                let facts_given = !order.question.facts.is_empty();
                order.question = reader.conclude(&order.question, &order.title, &order.text, facts_given);
                let settled = settle(&directory, &order, now);
                changes.settle(&directory, &mut order, settled, &asked.cause);
                changes.new_orders.push(order);
            }
        }
        changes.write(conn).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}
