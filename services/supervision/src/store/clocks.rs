//! Table `clocks`: all clocks of some orders, loaded under a lock and saved with one statement.
use crate::domain::{Basis, Clock, ClockState, StartBasis};
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use contracts::terms::{Limit, LimitUnit, StartRule};
use db::{Conn, DbError};
use serde_json::Value;
use sqlx::PgPool;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row as it stands in the table.
pub(super) struct ClockRow {
    pub(super) order_id: Uuid,
    pub(super) clock: String,
    pub(super) generation: i32,
    pub(super) rework: i32,
    pub(super) timer_generation: i32,
    pub(super) limit_amount: i32,
    pub(super) limit_unit: String,
    pub(super) start_rule: String,
    pub(super) start_basis: String,
    pub(super) started_at: DateTime<Utc>,
    pub(super) calendar: String,
    pub(super) directory_version: i64,
    pub(super) warn_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) state: String,
    pub(super) warned_at: Option<DateTime<Utc>>,
    pub(super) breached_at: Option<DateTime<Utc>>,
    pub(super) met_at: Option<DateTime<Utc>>,
    pub(super) cancelled_at: Option<DateTime<Utc>>,
    pub(super) extensions: Value,
    pub(super) pauses: Value,
    pub(super) not_after: Option<DateTime<Utc>>,
}

const UNITS: [(LimitUnit, &str); 4] = [
    (LimitUnit::Hours, "hours"),
    (LimitUnit::CalendarDays, "calendar_days"),
    (LimitUnit::WorkingDays, "working_days"),
    (LimitUnit::WorkingHours, "working_hours"),
];
const RULES: [(StartRule, &str); 4] = [
    (StartRule::Acceptance, "acceptance"),
    (StartRule::Dispatch, "dispatch"),
    (StartRule::Signing, "signing"),
    (StartRule::NextWorkingDay, "next_working_day"),
];

fn word_of<T: PartialEq + Copy>(words: &[(T, &'static str)], value: T) -> String {
    words
        .iter()
        .find(|(known, _)| *known == value)
        .map_or("", |(_, word)| word)
        .to_owned()
}

impl TryFrom<ClockRow> for Clock {
    type Error = DbError;

    fn try_from(row: ClockRow) -> Result<Self, DbError> {
        let bad = |column, problem: &dyn std::fmt::Display| {
            DbError::inconsistent(
                "clocks",
                column,
                &format!("{} {}", row.order_id, row.clock),
                problem,
            )
        };
        let state = match (row.state.as_str(), row.met_at, row.cancelled_at) {
            ("running", ..) => ClockState::Running,
            ("warned", ..) => ClockState::Warned,
            ("breached", ..) => ClockState::Breached,
            ("met", Some(at), _) => ClockState::Met(at),
            ("cancelled", _, Some(at)) => ClockState::Cancelled(at),
            (other, ..) => return Err(bad("state", &other)),
        };
        let unit = UNITS.iter().find(|(_, word)| *word == row.limit_unit);
        let rule = RULES.iter().find(|(_, word)| *word == row.start_rule);
        let start = StartBasis::ALL
            .into_iter()
            .find(|basis| basis.word() == row.start_basis);
        Ok(Self {
            name: row.clock.parse().map_err(|error| bad("clock", &error))?,
            basis: Basis {
                limit: Limit {
                    amount: u32::try_from(row.limit_amount).map_err(|error| bad("limit_amount", &error))?,
                    unit: unit.ok_or_else(|| bad("limit_unit", &row.limit_unit))?.0,
                    start: rule.ok_or_else(|| bad("start_rule", &row.start_rule))?.0,
                },
                start: start.ok_or_else(|| bad("start_basis", &row.start_basis))?,
                started_at: row.started_at,
                calendar: row.calendar.clone(),
                directory_version: row.directory_version,
                extensions: serde_json::from_value(row.extensions)
                    .map_err(|error| bad("extensions", &error))?,
                pauses: serde_json::from_value(row.pauses).map_err(|error| bad("pauses", &error))?,
                not_after: row.not_after,
            },
            generation: row.generation,
            rework: row.rework,
            timer_generation: row.timer_generation,
            warn_at: row.warn_at,
            due_at: row.due_at,
            state,
            warned_at: row.warned_at,
            breached_at: row.breached_at,
        })
    }
}

/// Locks and loads the clocks of orders (which are locked already, so that nobody arms between).
///
/// # Errors
/// When the database fails, or a row cannot be read.
pub async fn lock(conn: &mut Conn, orders: &[Uuid]) -> Result<BTreeMap<OrderId, Vec<Clock>>, DbError> {
    let found = lock_each(conn, orders).await?.into_iter();
    found.map(|(order_id, clocks)| Ok((order_id, clocks?))).collect()
}

/// The same, order by order: clocks that this program cannot read (of a newer one, say) are an error of their order.
///
/// # Errors
/// When the database fails.
pub async fn lock_each(
    conn: &mut Conn,
    orders: &[Uuid],
) -> Result<BTreeMap<OrderId, Result<Vec<Clock>, DbError>>, DbError> {
    let rows = sqlx::query_as!(
        ClockRow,
        "select order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
                start_basis, started_at, calendar, directory_version, warn_at, due_at, state, warned_at, breached_at,
                met_at, cancelled_at, extensions, pauses, not_after
         from clocks where order_id = any($1) order by order_id, clock, generation, rework for update",
        orders
    )
    .fetch_all(conn)
    .await?;
    let mut found: BTreeMap<OrderId, Result<Vec<Clock>, DbError>> = BTreeMap::new();
    for row in rows {
        let of = found
            .entry(OrderId(row.order_id))
            .or_insert_with(|| Ok(Vec::new()));
        if let Ok(clocks) = of {
            match Clock::try_from(row) {
                Ok(clock) => clocks.push(clock),
                Err(error) => *of = Err(error),
            }
        }
    }
    Ok(found)
}

/// The clocks of one order, without a lock.
///
/// # Errors
/// When the database fails.
pub async fn read(pool: &PgPool, order_id: OrderId) -> Result<Vec<Clock>, DbError> {
    let rows = sqlx::query_as!(
        ClockRow,
        "select order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
                start_basis, started_at, calendar, directory_version, warn_at, due_at, state, warned_at, breached_at,
                met_at, cancelled_at, extensions, pauses, not_after
         from clocks where order_id = $1 order by clock, generation, rework",
        order_id.uuid()
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Clock::try_from).collect()
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("grants are plain data")
}

fn column<T>(clocks: &[(OrderId, &Clock)], value: impl Fn(&Clock) -> T) -> Vec<T> {
    clocks.iter().map(|(_, clock)| value(clock)).collect()
}

/// Inserts or updates.
///
/// # Errors
/// When the database fails.
pub async fn upsert(conn: &mut Conn, clocks: &[(OrderId, &Clock)]) -> Result<(), DbError> {
    if clocks.is_empty() {
        return Ok(());
    }
    let amount = |clock: &Clock| i32::try_from(clock.basis.limit.amount).unwrap_or(i32::MAX);
    let met = |clock: &Clock| {
        if let ClockState::Met(at) = clock.state {
            Some(at)
        } else {
            None
        }
    };
    let cancelled = |clock: &Clock| {
        if let ClockState::Cancelled(at) = clock.state {
            Some(at)
        } else {
            None
        }
    };
    type Times<'a> = &'a [Option<DateTime<Utc>>];
    sqlx::query!(
        "insert into clocks (order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit,
                             start_rule, start_basis, started_at, calendar, directory_version, warn_at, due_at, state,
                             warned_at, breached_at, met_at, cancelled_at, fires_at, extensions, pauses, not_after)
         select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[],
                              $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::bigint[],
                              $13::timestamptz[], $14::timestamptz[], $15::text[], $16::timestamptz[],
                              $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::timestamptz[], $21::jsonb[], $22::jsonb[],
                              $23::timestamptz[])
         on conflict (order_id, clock, generation, rework) do update set
             timer_generation = excluded.timer_generation, limit_amount = excluded.limit_amount,
             limit_unit = excluded.limit_unit, start_rule = excluded.start_rule, start_basis = excluded.start_basis,
             started_at = excluded.started_at, calendar = excluded.calendar,
             directory_version = excluded.directory_version, warn_at = excluded.warn_at, due_at = excluded.due_at,
             state = excluded.state, warned_at = excluded.warned_at, breached_at = excluded.breached_at,
             met_at = excluded.met_at, cancelled_at = excluded.cancelled_at, fires_at = excluded.fires_at,
             extensions = excluded.extensions, pauses = excluded.pauses, not_after = excluded.not_after",
        &clocks.iter().map(|(order_id, _)| order_id.uuid()).collect::<Vec<_>>(),
        &column(clocks, |c| c.name.as_str().to_owned()),
        &column(clocks, |c| c.generation),
        &column(clocks, |c| c.rework),
        &column(clocks, |c| c.timer_generation),
        &column(clocks, amount),
        &column(clocks, |c| word_of(&UNITS, c.basis.limit.unit)),
        &column(clocks, |c| word_of(&RULES, c.basis.limit.start)),
        &column(clocks, |c| c.basis.start.word().to_owned()),
        &column(clocks, |c| c.basis.started_at),
        &column(clocks, |c| c.basis.calendar.clone()),
        &column(clocks, |c| c.basis.directory_version),
        &column(clocks, |c| c.warn_at),
        &column(clocks, |c| c.due_at),
        &column(clocks, |c| c.state.word().to_owned()),
        &column(clocks, |c| c.warned_at) as Times<'_>,
        &column(clocks, |c| c.breached_at) as Times<'_>,
        &column(clocks, met) as Times<'_>,
        &column(clocks, cancelled) as Times<'_>,
        &column(clocks, Clock::fires_at) as Times<'_>,
        &column(clocks, |c| json(&c.basis.extensions)),
        &column(clocks, |c| json(&c.basis.pauses)),
        &column(clocks, |c| c.basis.not_after) as Times<'_>,
    )
    .execute(conn)
    .await?;
    Ok(())
}
