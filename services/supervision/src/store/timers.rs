//! Clocks whose time has come: claimed in the order of their times, by any number of replicas.
use crate::domain::Clock;
use crate::store::calendar_moves;
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

/// What was claimed.
pub struct Claimed {
    /// Timers to fire, oldest first.
    pub timers: Vec<DueTimer>,
    /// Rows this program cannot read (of a newer program, say): left as they are, in the way of nothing.
    pub unreadable: Vec<DbError>,
}

/// Locks at most `limit` due timers, oldest first; those that another replica fires are passed over. Rows that
/// cannot be read are stepped over, so that they hold up nobody behind them.
///
/// # Errors
/// When the database fails.
pub async fn claim(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Claimed, DbError> {
    let moving = calendar_moves::open_codes(conn).await?;
    let (mut clocks, mut unreadable, mut seen) = (Vec::new(), Vec::new(), 0_i64);
    loop {
        let rows = sqlx::query_as!(
            ClockRow,
            "select order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
                    start_basis, started_at, calendar, directory_version, warn_at, due_at, state, warned_at,
                    breached_at, met_at, cancelled_at, extensions, pauses, not_after
             from clocks where fires_at <= $1 and calendar <> all($4) order by fires_at, order_id, clock, generation, rework
             limit $2 offset $3 for update skip locked",
            now,
            limit,
            seen,
            &moving
        )
        .fetch_all(&mut *conn)
        .await?;
        let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let full = found >= limit;
        seen += found;
        for row in rows {
            let order_id = OrderId(row.order_id);
            match Clock::try_from(row) {
                Ok(clock) => clocks.push((order_id, clock)),
                Err(error) => unreadable.push(error),
            }
        }
        if !full || !clocks.is_empty() {
            break;
        }
    }
    Ok(Claimed {
        timers: with_orders(conn, clocks).await?,
        unreadable,
    })
}

/// Adds what the events about clocks carry of their orders.
async fn with_orders(conn: &mut Conn, clocks: Vec<(OrderId, Clock)>) -> Result<Vec<DueTimer>, DbError> {
    let ids: Vec<Uuid> = clocks.iter().map(|(order_id, _)| order_id.uuid()).collect();
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
    let timers = clocks.into_iter().map(|(order_id, clock)| {
        let (unit, correlation_id) = orders.get(&order_id.uuid()).cloned().unwrap_or_default();
        DueTimer {
            order_id,
            clock,
            unit: unit.map(UnitCode),
            correlation_id,
        }
    });
    Ok(timers.collect())
}

/// When the oldest armed timer should fire or should have fired; `None` when none is armed.
///
/// # Errors
/// When the database fails.
pub async fn next(pool: &PgPool) -> Result<Option<DateTime<Utc>>, DbError> {
    let next = sqlx::query_scalar!("select min(fires_at) from clocks where fires_at is not null")
        .fetch_one(pool)
        .await?;
    Ok(next)
}

/// Writes what firing changes of some clocks, and nothing else.
///
/// # Errors
/// When the database fails.
pub async fn fired(conn: &mut Conn, clocks: &[(OrderId, &Clock)]) -> Result<(), DbError> {
    if clocks.is_empty() {
        return Ok(());
    }
    type Times<'a> = &'a [Option<DateTime<Utc>>];
    fn column<T>(clocks: &[(OrderId, &Clock)], value: impl Fn(&Clock) -> T) -> Vec<T> {
        clocks.iter().map(|(_, clock)| value(clock)).collect()
    }
    sqlx::query!(
        "update clocks set state = t.state, warned_at = t.warned_at, breached_at = t.breached_at, fires_at = t.fires_at
         from unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::text[], $6::timestamptz[],
                     $7::timestamptz[], $8::timestamptz[])
              as t(order_id, clock, generation, rework, state, warned_at, breached_at, fires_at)
         where clocks.order_id = t.order_id and clocks.clock = t.clock and clocks.generation = t.generation
           and clocks.rework = t.rework",
        &clocks.iter().map(|(order_id, _)| order_id.uuid()).collect::<Vec<_>>(),
        &column(clocks, |c| c.name.as_str().to_owned()),
        &column(clocks, |c| c.generation),
        &column(clocks, |c| c.rework),
        &column(clocks, |c| c.state.word().to_owned()),
        &column(clocks, |c| c.warned_at) as Times<'_>,
        &column(clocks, |c| c.breached_at) as Times<'_>,
        &column(clocks, Clock::fires_at) as Times<'_>,
    )
    .execute(conn)
    .await?;
    Ok(())
}
