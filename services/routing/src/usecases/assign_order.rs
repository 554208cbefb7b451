//! A registered order finds its unit, or its place in the manual queue.
use super::changes::{Changes, GIVEN};
use super::directories::Directories;
use super::texts::{Reader, Texts};
use crate::domain::assignment::settle;
use crate::domain::order::Order;
use crate::store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::collections::HashSet;
use thiserror::Error;
use uuid::Uuid;

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
        // A ruling takes along what waits for it: whoever may begin to wait decides by its duty or is found by it.
        store::manual_queue::enter(conn).await?;
        let Some(directory) = self.directories.current(conn).await? else {
            return Ok(commands.iter().map(|_| Err(AssignRefused::NoDirectory)).collect());
        };
        let reader = self.texts.reader(conn, directory, now).await?;
        let ids: Vec<_> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let known = store::orders::known(conn, &ids).await?;
        let changes = decide(reader, known, commands.to_vec(), now).await?;
        changes.write(conn).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// Reading texts is work for a thread of its own.
async fn decide(
    reader: Reader,
    known: HashSet<Uuid>,
    commands: Vec<Asked<Order>>,
    now: DateTime<Utc>,
) -> Result<Changes, DbError> {
    tokio::task::spawn_blocking(move || decide_each(&reader, known, commands, now))
        .await
        .map_err(|error| DbError::inconsistent("orders", "text", &"a batch", &error))
}

fn decide_each(
    reader: &Reader,
    mut known: HashSet<Uuid>,
    commands: Vec<Asked<Order>>,
    now: DateTime<Utc>,
) -> Changes {
    let directory = &*reader.directory;
    let mut changes = Changes::default();
    for Asked { cause, command } in commands {
        // An order is decided once; hearing of it again changes nothing.
        if known.insert(command.order_id.uuid()) {
            let mut order = command;
            changes.learn(directory, &order, GIVEN, now);
            let facts_given = !order.question.facts.is_empty();
            order.question = reader.conclude(&order.question, &order.title, &order.text, facts_given);
            let settled = settle(directory, &order, now);
            changes.settle(directory, &mut order, settled, &cause);
            changes.new_orders.push(order);
        }
    }
    changes
}
