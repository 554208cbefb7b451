//! Tables `unit_health` and `unit_readers`: units that are not reached, as far as people were told of them.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;

/// A way on which a unit is not reached.
#[derive(Clone, Debug)]
pub struct FailingRow {
    /// The unit.
    pub unit: String,
    /// `webhook`, or `nats`.
    pub way: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, at last.
    pub error: String,
    /// When people were told.
    pub told_at: DateTime<Utc>,
}

/// Of these units.
pub async fn of_units(conn: &mut Conn, units: &[String]) -> Result<Vec<FailingRow>, DbError> {
    Ok(sqlx::query_as!(
        FailingRow,
        r#"select h.unit as "unit!", 'webhook' as "way!", h.failing_since as "since!", h.last_error as "error!",
                  h.alarmed_at as "told_at!"
           from unit_health h join unit_access a on a.unit = h.unit
           where h.unit = any($1) and h.alarmed_at is not null and a.active and a.way = 'webhook'
           union all
           select r.unit, 'nats', r.since, 'nothing is acknowledged', r.alarmed_at
           from unit_readers r join unit_access a on a.unit = r.unit
           where r.unit = any($1) and r.alarmed_at is not null and a.active
             and case when a.fallen_back then a.fallback else a.way end = 'nats'
           order by 1, 2"#,
        units
    )
    .fetch_all(conn)
    .await?)
}

/// How many there are, per way: (way, units).
pub async fn count(pool: &PgPool) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select 'webhook' as "way!", count(*) as "units!"
           from unit_health h join unit_access a on a.unit = h.unit
           where h.alarmed_at is not null and a.active and a.way = 'webhook'
           union all
           select 'nats', count(*) from unit_readers r join unit_access a on a.unit = r.unit
           where r.alarmed_at is not null and a.active and case when a.fallen_back then a.fallback else a.way end = 'nats'"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.way, row.units)).collect())
}
