//! Tables `matter_hours` and `emerging_alerts`.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// Orders of an hour: (matter, division, how many), as they are classified now.
///
/// # Errors
/// When the database fails.
pub async fn count(
    conn: &mut Conn,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(String, Option<String>, i64)>, DbError> {
    let rows = sqlx::query!(
        r#"select o.matter as "matter!", o.division, count(*) as "count!"
           from order_search s join orders o on o.order_id = s.order_id
           where s.accepted_at >= $1 and s.accepted_at < $2 and o.matter is not null
           group by o.matter, o.division"#,
        from,
        to
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.matter, row.division, row.count))
        .collect())
}

/// True for the only one who counts until its transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn alone(conn: &mut Conn) -> Result<bool, DbError> {
    let alone = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtext('supervision.watch_matters')) as "alone!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(alone)
}

/// A count of an hour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HourRow {
    /// 事项
    pub matter: String,
    /// Area; empty = the city.
    pub area: String,
    /// How many.
    pub orders: i32,
}

/// Writes the counts of an hour in the place of those of before.
///
/// # Errors
/// When the database fails.
pub async fn keep(conn: &mut Conn, hour: DateTime<Utc>, rows: &[HourRow]) -> Result<(), DbError> {
    sqlx::query!("delete from matter_hours where hour = $1", hour)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into matter_hours (hour, matter, area, orders)
         select $1, * from unnest($2::text[], $3::text[], $4::integer[])",
        hour,
        &rows.iter().map(|row| row.matter.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.area.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.orders).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts of some hours, of the series named: (matter, area, orders); hours without any have no row.
///
/// # Errors
/// When the database fails.
pub async fn history(
    conn: &mut Conn,
    hours: &[DateTime<Utc>],
    matters: &[String],
) -> Result<Vec<HourRow>, DbError> {
    let rows = sqlx::query_as!(
        HourRow,
        "select matter, area, orders from matter_hours where hour = any($1) and matter = any($2)",
        hours,
        matters
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Since when there are orders, and the last hour that was counted (an hour without orders leaves no row).
///
/// # Errors
/// When the database fails.
pub async fn known(conn: &mut Conn) -> Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>), DbError> {
    let row = sqlx::query!(
        r#"select (select min(accepted_at) from order_search) as first, (select max(hour) from matter_hours) as last"#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.first, row.last))
}

/// An alert.
#[derive(Clone, PartialEq, Debug)]
pub struct AlertRow {
    /// The alert.
    pub alert_id: Uuid,
    /// 事项
    pub matter: String,
    /// Area; empty = the city.
    pub area: String,
    /// The hour that stood out first.
    pub first_hour: DateTime<Utc>,
    /// The last one so far.
    pub last_hour: DateTime<Utc>,
    /// When it was said.
    pub raised_at: DateTime<Utc>,
    /// Orders of the hour that stood out most.
    pub orders: i32,
    /// What its history let expect then.
    pub expected: f64,
    /// Of all orders of that hour, 0 to 1.
    pub share: f64,
    /// How likely so many are by chance.
    pub p: f64,
}

/// Locks and loads the alerts of these matters that are not older than a moment.
///
/// # Errors
/// When the database fails.
pub async fn lock_recent(
    conn: &mut Conn,
    matters: &[String],
    since: DateTime<Utc>,
) -> Result<Vec<AlertRow>, DbError> {
    let rows = sqlx::query_as!(
        AlertRow,
        "select alert_id, matter, area, first_hour, last_hour, raised_at, orders, expected, share, p
         from emerging_alerts where matter = any($1) and last_hour >= $2 for update",
        matters,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Inserts or updates alerts.
///
/// # Errors
/// When the database fails.
pub async fn upsert(conn: &mut Conn, rows: &[AlertRow]) -> Result<(), DbError> {
    fn column<T>(rows: &[AlertRow], value: impl Fn(&AlertRow) -> T) -> Vec<T> {
        rows.iter().map(value).collect()
    }
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into emerging_alerts (alert_id, matter, area, first_hour, last_hour, raised_at, orders, expected, share, p)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                              $6::timestamptz[], $7::integer[], $8::float8[], $9::float8[], $10::float8[])
         on conflict (alert_id) do update set last_hour = excluded.last_hour, orders = excluded.orders,
             expected = excluded.expected, share = excluded.share, p = excluded.p",
        &column(rows, |r| r.alert_id),
        &column(rows, |r| r.matter.clone()),
        &column(rows, |r| r.area.clone()),
        &column(rows, |r| r.first_hour),
        &column(rows, |r| r.last_hour),
        &column(rows, |r| r.raised_at),
        &column(rows, |r| r.orders),
        &column(rows, |r| r.expected),
        &column(rows, |r| r.share),
        &column(rows, |r| r.p)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Alerts by when they were raised, the newest first, after a position.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<AlertRow>, DbError> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        AlertRow,
        "select alert_id, matter, area, first_hour, last_hour, raised_at, orders, expected, share, p
         from emerging_alerts where $1::timestamptz is null or (raised_at, alert_id) < ($1, $2::uuid)
         order by raised_at desc, alert_id desc limit $3",
        at,
        id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// One alert.
///
/// # Errors
/// When the database fails.
pub async fn get(pool: &PgPool, alert_id: Uuid) -> Result<Option<AlertRow>, DbError> {
    let row = sqlx::query_as!(
        AlertRow,
        "select alert_id, matter, area, first_hour, last_hour, raised_at, orders, expected, share, p
         from emerging_alerts where alert_id = $1",
        alert_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}
