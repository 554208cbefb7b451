//! Table `unit_health`: endpoints whose last call failed.
use crate::domain::delivery::Failing;
use chrono::{DateTime, TimeDelta, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;

/// When an endpoint is left alone.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    /// So many failed calls in a row.
    pub failures: i32,
    /// For so long.
    pub wait: TimeDelta,
}

/// Calls to one unit that failed.
#[derive(Clone, Debug, Default)]
pub struct UnitFailures {
    /// How many.
    pub failures: i32,
    /// Why the last did.
    pub error: String,
    /// The endpoint asked to be left alone until then.
    pub pause_until: Option<DateTime<Utc>>,
}

/// Calls to these units failed.
pub async fn failed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    breaker: Breaker,
    units: &[(String, UnitFailures)],
) -> Result<(), DbError> {
    if units.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into unit_health as h (unit, failures, failing_since, open_until, last_error)
         select g.unit, g.failures, $4, greatest(g.pause_until, case when g.failures >= $5 then $6::timestamptz end), g.error
         from unnest($1::text[], $2::integer[], $3::text[], $7::timestamptz[]) as g(unit, failures, error, pause_until)
         order by g.unit
         on conflict (unit) do update set failures = h.failures + excluded.failures, last_error = excluded.last_error,
             open_until = greatest(excluded.open_until,
                                   case when h.failures + excluded.failures >= $5 then $6::timestamptz end)",
        &units.iter().map(|(unit, _)| unit.clone()).collect::<Vec<_>>(),
        &units.iter().map(|(_, of)| of.failures).collect::<Vec<_>>(),
        &units.iter().map(|(_, of)| of.error.clone()).collect::<Vec<_>>(),
        now,
        breaker.failures,
        now + breaker.wait,
        &units.iter().map(|(_, of)| of.pause_until).collect::<Vec<_>>() as &[Option<DateTime<Utc>>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks what is known of these units.
pub async fn lock(conn: &mut Conn, units: &[String]) -> Result<(), DbError> {
    sqlx::query!(
        "select unit from unit_health where unit = any($1) order by unit for update",
        units
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Calls to these units succeeded: they are well, unless people were told otherwise; then only a test call ends that. Answers
/// those behind whose opened breaker something may wait ([`super::deliveries::wake`]).
pub async fn succeeded(conn: &mut Conn, units: &[String]) -> Result<Vec<String>, DbError> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let well = sqlx::query!(
        "with mine as (select unit from unit_health where unit = any($1) and alarmed_at is null order by unit for update)
         delete from unit_health h using mine where h.unit = mine.unit returning h.unit, h.open_until",
        units
    )
    .fetch_all(conn)
    .await?;
    let behind_breaker = well.into_iter().filter(|row| row.open_until.is_some());
    Ok(behind_breaker.map(|row| row.unit).collect())
}

/// Webhooks that have failed since before a moment, and of which nobody was told yet.
pub async fn due(pool: &PgPool, since: DateTime<Utc>, limit: i64) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "select h.unit from unit_health h join unit_access a on a.unit = h.unit
         where h.alarmed_at is null and h.failing_since <= $1 and a.way = 'webhook' and a.active
         order by h.failing_since limit $2",
        since,
        limit
    )
    .fetch_all(pool)
    .await?)
}

/// Marks them as told and lets them fall back, which are locked ([`super::unit_access::lock`]); answers those of which nobody was
/// told. Without `probe_at` no test call is made: only a changed way ends that.
pub async fn alarm(
    conn: &mut Conn,
    now: DateTime<Utc>,
    probe_at: Option<DateTime<Utc>>,
    units: &[String],
) -> Result<Vec<Failing>, DbError> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as!(
        Failing,
        r#"with told as (
             update unit_health set alarmed_at = $2, probe_at = $3 where unit = any($1) and alarmed_at is null
             returning unit, failing_since, last_error),
           fallen as (
             update unit_access a set fallen_back = true from told where a.unit = told.unit and a.way = 'webhook'
             returning a.unit, a.fallback)
           select told.unit, 'webhook' as "way!", told.failing_since as since, told.last_error as error, fallen.fallback,
                  (select count(*) from deliveries d where d.unit = told.unit and d.state <> 'delivered') as "waiting!"
           from told join fallen on fallen.unit = told.unit order by told.unit"#,
        units,
        now,
        probe_at
    )
    .fetch_all(conn)
    .await?)
}

/// Alarmed units whose next test call is due; each is given to one asker only.
pub async fn to_probe(
    pool: &PgPool,
    now: DateTime<Utc>,
    next: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "update unit_health set probe_at = $2 where unit in (
             select unit from unit_health where probe_at <= $1 order by probe_at limit $3 for update skip locked)
         returning unit",
        now,
        next,
        limit
    )
    .fetch_all(pool)
    .await?)
}

/// No test call is made any more: the endpoint is no more.
pub async fn stop_probing(pool: &PgPool, unit: &str) -> Result<(), DbError> {
    sqlx::query!("update unit_health set probe_at = null where unit = $1", unit)
        .execute(pool)
        .await?;
    Ok(())
}

/// Forgets that a unit fails; answers since when it had, if people were told.
pub async fn forget(conn: &mut Conn, unit: &str) -> Result<Option<DateTime<Utc>>, DbError> {
    let row = sqlx::query!(
        "delete from unit_health where unit = $1 returning failing_since, alarmed_at",
        unit
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| row.alarmed_at.map(|_| row.failing_since)))
}

/// The unit takes its own way again.
pub async fn restore(conn: &mut Conn, unit: &str) -> Result<(), DbError> {
    sqlx::query!("update unit_access set fallen_back = false where unit = $1", unit)
        .execute(conn)
        .await?;
    Ok(())
}
