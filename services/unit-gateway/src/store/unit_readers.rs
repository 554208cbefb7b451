//! Table `unit_readers`: units on NATS for which something waits.
use crate::domain::delivery::Failing;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

/// How far a unit on NATS has read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The unit.
    pub unit: String,
    /// How far its acknowledgements reach, as its consumer counts.
    pub acknowledged: i64,
    /// Documents it has not acknowledged.
    pub unread: i64,
}

/// Writes down who has not read everything; answers those of whom people were told and that read again, with the moment
/// since when they had not.
pub async fn observe(
    conn: &mut Conn,
    now: DateTime<Utc>,
    readings: &[Reading],
) -> Result<Vec<(String, DateTime<Utc>)>, DbError> {
    let units: Vec<String> = readings.iter().map(|reading| reading.unit.clone()).collect();
    let acknowledged: Vec<i64> = readings.iter().map(|reading| reading.acknowledged).collect();
    let unread: Vec<i64> = readings.iter().map(|reading| reading.unread).collect();
    let back = sqlx::query!(
        "delete from unit_readers r
         using unnest($1::text[], $2::bigint[], $3::bigint[]) as g(unit, acknowledged, unread)
         where r.unit = g.unit and (g.unread = 0 or g.acknowledged <> r.acknowledged)
         returning r.unit, r.since, r.alarmed_at",
        &units,
        &acknowledged,
        &unread
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into unit_readers as r (unit, acknowledged, unread, since)
         select g.unit, g.acknowledged, g.unread, $4
         from unnest($1::text[], $2::bigint[], $3::bigint[]) as g(unit, acknowledged, unread)
         where g.unread > 0 order by g.unit
         on conflict (unit) do update set unread = excluded.unread where r.unread <> excluded.unread",
        &units,
        &acknowledged,
        &unread,
        now
    )
    .execute(conn)
    .await?;
    let told = back.into_iter().filter(|row| row.alarmed_at.is_some());
    Ok(told.map(|row| (row.unit, row.since)).collect())
}

/// Marks those that have not read since before a moment as told of; answers those of whom nobody was told.
pub async fn alarm(
    conn: &mut Conn,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<Vec<Failing>, DbError> {
    Ok(sqlx::query_as!(
        Failing,
        r#"update unit_readers r set alarmed_at = $1 from unit_access a
           where a.unit = r.unit and a.active and case when a.fallen_back then a.fallback else a.way end = 'nats'
             and r.alarmed_at is null and r.since <= $2
           returning r.unit, 'nats' as "way!", r.since, 'nothing is acknowledged' as "error!", 'rest' as "fallback!",
                     r.unread as "waiting!""#,
        now,
        since
    )
    .fetch_all(conn)
    .await?)
}

/// Units that have not read since before a moment, neither on their own nor since what they have not read was sent again; marks
/// that it is sent again now.
pub async fn resend(
    conn: &mut Conn,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar!(
        "update unit_readers r set resent_at = $1 from unit_access a
         where a.unit = r.unit and a.active and case when a.fallen_back then a.fallback else a.way end = 'nats'
           and coalesce(r.resent_at, r.since) <= $2
         returning r.unit",
        now,
        since
    )
    .fetch_all(conn)
    .await?)
}

/// Forgets a unit; answers since when it had not read, if people were told.
pub async fn forget(conn: &mut Conn, unit: &str) -> Result<Option<DateTime<Utc>>, DbError> {
    let row = sqlx::query!(
        "delete from unit_readers where unit = $1 returning since, alarmed_at",
        unit
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| row.alarmed_at.map(|_| row.since)))
}
