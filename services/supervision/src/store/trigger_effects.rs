//! Table `trigger_effects`: what the ladder has seen.
use chrono::{DateTime, TimeDelta, Utc};
use db::{Conn, DbError};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EffectRow {
    /// The order.
    pub order_id: Uuid,
    /// Code of the ladder.
    pub trigger: String,
    /// What it saw.
    pub saw: String,
    /// What it began, raised or added a step to.
    pub supervision_id: Uuid,
}

/// (order, trigger, what it saw) of some orders.
///
/// # Errors
/// When the database fails.
pub async fn of_orders(
    conn: &mut Conn,
    orders: &[Uuid],
) -> Result<BTreeSet<(Uuid, String, String)>, DbError> {
    if orders.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = sqlx::query!(
        "select order_id, trigger, saw from trigger_effects where order_id = any($1)",
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.order_id, row.trigger, row.saw))
        .collect())
}

/// Writes effects.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, rows: &[EffectRow], now: DateTime<Utc>) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into trigger_effects (order_id, trigger, saw, supervision_id, at)
         select t.*, $5 from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) as t(order_id, trigger, saw, id)",
        &rows.iter().map(|row| row.order_id).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.trigger.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.saw.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.supervision_id).collect::<Vec<_>>(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those of the groups (trigger, what it saw, days) that had no effect within their days. Holds each of them until the end
/// of the transaction, so that two transactions never see the same group grow.
///
/// # Errors
/// When the database fails.
pub async fn untouched(
    conn: &mut Conn,
    groups: &BTreeSet<(String, String, i64)>,
    now: DateTime<Utc>,
) -> Result<BTreeSet<(String, String)>, DbError> {
    let mut untouched = BTreeSet::new();
    // Groups that have grown so large are rare, and most transactions have none.
    for (trigger, saw, days) in groups {
        let name = format!("{trigger} {saw}");
        sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", name)
            .execute(&mut *conn)
            .await?;
        let taken = sqlx::query_scalar!(
            r#"select exists (select 1 from trigger_effects
                              where trigger = $1 and saw = $2 and at > $3 and saw like 'same\_%') as "taken!""#,
            trigger,
            saw,
            now - TimeDelta::days(*days)
        )
        .fetch_one(&mut *conn)
        .await?;
        if !taken {
            untouched.insert((trigger.clone(), saw.clone()));
        }
    }
    Ok(untouched)
}
