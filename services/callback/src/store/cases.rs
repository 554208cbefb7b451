//! Orders with their tasks: loaded together under a lock, saved with one statement per table.
use crate::domain::{Case, Task};
use crate::store::{order_rows, task_rows};
use contracts::ids::{CallbackId, OrderId};
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Cases as they were loaded and as they are now.
pub struct Cases {
    loaded: BTreeMap<OrderId, Case>,
    now: BTreeMap<OrderId, Case>,
}

impl Cases {
    /// The case of an order; an unknown one begins empty.
    pub fn of(&mut self, order_id: OrderId) -> &mut Case {
        self.now
            .entry(order_id)
            .or_insert_with(|| Case::unknown(order_id))
    }

    /// The case of an order, if there is one.
    #[must_use]
    pub fn known(&self, order_id: OrderId) -> Option<&Case> {
        self.now.get(&order_id)
    }

    /// Cases of which anything has changed.
    pub fn changed(&self) -> Vec<&Case> {
        self.now
            .values()
            .filter(|case| self.loaded.get(&case.order.order_id) != Some(*case))
            .collect()
    }

    fn changed_orders(&self) -> Vec<&Case> {
        self.now
            .values()
            .filter(|case| self.loaded.get(&case.order.order_id).map(|l| &l.order) != Some(&case.order))
            .collect()
    }

    /// Ended tasks first, so that a new live one finds the place of its order free.
    fn changed_tasks(&self) -> Vec<(OrderId, &Task)> {
        let mut changed: Vec<_> = self
            .now
            .values()
            .flat_map(|case| case.tasks.iter().map(|task| (case.order.order_id, task)))
            .filter(|(order_id, task)| {
                !self
                    .loaded
                    .get(order_id)
                    .is_some_and(|loaded| loaded.tasks.contains(task))
            })
            .collect();
        changed.sort_by_key(|(_, task)| task.is_live());
        changed
    }
}

/// Locks the orders (those that exist) in the order of their ids, and loads them with their live tasks and with
/// the tasks named.
///
/// # Errors
/// When the database fails.
pub async fn load_for_update(
    conn: &mut Conn,
    orders: &[Uuid],
    named: &[CallbackId],
) -> Result<Cases, DbError> {
    let named: Vec<Uuid> = named.iter().map(|id| id.uuid()).collect();
    let mut loaded: BTreeMap<OrderId, Case> = order_rows::lock(conn, orders)
        .await?
        .into_iter()
        .map(|order| {
            (
                order.order_id,
                Case {
                    order,
                    tasks: Vec::new(),
                },
            )
        })
        .collect();
    for (order_id, task) in task_rows::load(conn, orders, &named).await? {
        if let Some(case) = loaded.get_mut(&order_id) {
            case.tasks.push(task);
        }
    }
    Ok(Cases {
        now: loaded.clone(),
        loaded,
    })
}

/// Writes what has changed.
///
/// # Errors
/// When the database fails.
pub async fn save(conn: &mut Conn, cases: &Cases) -> Result<(), DbError> {
    order_rows::upsert(conn, &cases.changed_orders()).await?;
    task_rows::upsert(conn, &cases.changed_tasks()).await
}
