//! Clocks whose time has come: claimed in the order of their times, by any number of replicas.
use crate::domain::Clock;
use crate::store::clocks::ClockRow;
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError};
use sqlx::PgPool;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A clock that must warn or breach, with what its event carries of its order.
pub struct DueTimer {
    /// The order.
    pub order_id: OrderId,
    /// The clock.
    pub clock: Clock,
    /// The unit responsible now.
    pub unit: Option<UnitCode>,
    /// The contact the order came from.
    pub correlation_id: Option<Uuid>,
}

/// Locks at most `limit` due timers, oldest first; those that another replica fires are passed over.
///
/// # Errors
/// When the database fails.
pub async fn claim(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueTimer>, DbError> {
    let rows = sqlx::query_as!(
        ClockRow,
        "select order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
                start_basis, started_at, calendar, directory_version, warn_at, due_at, state, warned_at, breached_at,
                met_at, cancelled_at
         from clocks where fires_at <= $1 order by fires_at limit $2 for update skip locked",
        now,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.order_id).collect();
    let orders = sqlx::query!(
        "select order_id, correlation_id,
                case when generation > ended_generation and assigned_sequence > undecided_sequence
                     then lead_unit end as unit
         from orders where order_id = any($1)",
        &ids
    )
    .fetch_all(conn)
    .await?;
    let orders: BTreeMap<Uuid, _> = orders
        .into_iter()
        .map(|row| (row.order_id, (row.unit, row.correlation_id)))
        .collect();
    rows.into_iter()
        .map(|row| {
            let order_id = row.order_id;
            let (unit, correlation_id) = orders.get(&order_id).cloned().unwrap_or_default();
            Ok(DueTimer {
                order_id: OrderId(order_id),
                clock: row.try_into()?,
                unit: unit.map(UnitCode),
                correlation_id,
            })
        })
        .collect()
}

/// How many timers are due, counted up to `max`.
///
/// # Errors
/// When the database fails.
pub async fn count_due(pool: &PgPool, now: DateTime<Utc>, max: i64) -> Result<i64, DbError> {
    let due = sqlx::query_scalar!(
        r#"select count(*) as "due!" from (select 1 as one from clocks where fires_at <= $1 limit $2) as some_due"#,
        now,
        max
    )
    .fetch_one(pool)
    .await?;
    Ok(due)
}
