//! Tables `extensions` and `suspensions`: what clocks need of them, under the lock of their orders.
use crate::domain::{Granted, Grants, Pause};
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;
use worktime::{Extension, Suspension};

/// What was granted on some orders (which are locked).
///
/// # Errors
/// When the database fails.
pub async fn of_orders(conn: &mut Conn, orders: &[Uuid]) -> Result<BTreeMap<Uuid, Grants>, DbError> {
    let mut grants: BTreeMap<Uuid, Grants> = BTreeMap::new();
    let extensions = sqlx::query!(
        r#"select order_id, generation, rework, clock, granted_amount as "amount!", reviewed_at as "at!"
           from extensions where order_id = any($1) and state = 'granted' order by reviewed_at, extension_id"#,
        orders
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in extensions {
        let bad = |problem: &dyn std::fmt::Display| {
            DbError::inconsistent("extensions", "clock", &row.order_id, problem)
        };
        let granted = Granted {
            generation: row.generation,
            rework: row.rework,
            clock: row.clock.parse().map_err(|error| bad(&error))?,
            extension: Extension {
                amount: u32::try_from(row.amount).map_err(|error| bad(&error))?,
                granted_at: row.at,
            },
        };
        grants.entry(row.order_id).or_default().extensions.push(granted);
    }
    let pauses = sqlx::query!(
        r#"select order_id, generation, suspended_at, least(until, resumed_at) as "to!", resumed_at is null as "open!"
           from suspensions where order_id = any($1) order by suspended_at"#,
        orders
    )
    .fetch_all(conn)
    .await?;
    for row in pauses.into_iter().filter(|row| row.to > row.suspended_at) {
        let pause = Pause {
            generation: row.generation,
            time: Suspension {
                from: row.suspended_at,
                to: row.to,
            },
            open: row.open,
        };
        grants.entry(row.order_id).or_default().pauses.push(pause);
    }
    Ok(grants)
}
