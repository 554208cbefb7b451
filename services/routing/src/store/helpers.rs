//! Table `helpers`: units that leads asked to help.
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// A unit that helps with an assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Helper {
    /// The order.
    pub order_id: OrderId,
    /// The assignment.
    pub generation: i32,
    /// Who.
    pub unit: UnitRef,
    /// Why, personal data masked.
    pub reason: String,
    /// When it was added.
    pub added_at: DateTime<Utc>,
}

/// The helpers of these orders, oldest first.
pub async fn of_orders(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Helper>>, DbError> {
    let rows = sqlx::query!(
        "select order_id, generation, unit, unit_name, reason, added_at from helpers where order_id = any($1)
         order by added_at, unit",
        ids
    );
    let mut helpers: HashMap<Uuid, Vec<Helper>> = HashMap::new();
    for row in rows.fetch_all(conn).await? {
        helpers.entry(row.order_id).or_default().push(Helper {
            order_id: OrderId(row.order_id),
            generation: row.generation,
            unit: UnitRef {
                code: row.unit.into(),
                name: row.unit_name,
            },
            reason: row.reason,
            added_at: row.added_at,
        });
    }
    Ok(helpers)
}

fn column<T>(rows: &[Helper], value: impl Fn(&Helper) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Adds helpers.
pub async fn insert(conn: &mut Conn, rows: &[Helper]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into helpers (order_id, generation, unit, unit_name, reason, added_at)
         select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
         on conflict (order_id, generation, unit) do nothing",
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.generation),
        &column(rows, |row| row.unit.code.0.clone()),
        &column(rows, |row| row.unit.name.clone()),
        &column(rows, |row| row.reason.clone()),
        &column(rows, |row| row.added_at),
    )
    .execute(conn)
    .await?;
    Ok(())
}
