//! Tables `unit_access` and `unit_feeds`: how units are reached.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;

/// How one unit is reached.
#[derive(Clone, Debug)]
pub struct AccessRow {
    /// The unit.
    pub unit: String,
    /// `nats`, `webhook` or `rest`.
    pub way: String,
    /// Where its webhook listens.
    pub endpoint: Option<String>,
    /// Its sealed signing secret.
    pub secret: Option<Vec<u8>>,
    /// The secret before, sealed, and when it retires.
    pub old_secret: Option<Vec<u8>>,
    /// When it retires.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// The endpoint may be in a private network.
    pub private_target: bool,
    /// The way while the webhook fails: `nats` or `rest`.
    pub fallback: String,
    /// The webhook fails, documents take the other way.
    pub fallen_back: bool,
    /// False: nothing is pushed.
    pub active: bool,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

impl AccessRow {
    /// The way that documents take now.
    #[must_use]
    pub fn present_way(&self) -> &str {
        match (self.active, self.fallen_back) {
            (false, _) => "rest",
            (true, true) => &self.fallback,
            (true, false) => &self.way,
        }
    }
}

/// Locks a unit's feed, made if need be: no document of the unit is queued until the end of the transaction.
pub async fn lock_feed(conn: &mut Conn, unit: &str) -> Result<(), DbError> {
    sqlx::query!(
        "insert into unit_feeds as f (unit, last_seq) values ($1, 0)
         on conflict (unit) do update set last_seq = f.last_seq",
        unit
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How a unit is reached; `None` = it pulls.
pub async fn get(conn: &mut Conn, unit: &str) -> Result<Option<AccessRow>, DbError> {
    Ok(sqlx::query_as!(
        AccessRow,
        "select unit, way, endpoint, secret, old_secret, old_secret_until, private_target, fallback, fallen_back, active,
                changed_by, changed_at from unit_access where unit = $1",
        unit
    )
    .fetch_optional(conn)
    .await?)
}

/// Keeps how these units are reached as it is until the transaction ends: whoever changes it waits, and whoever has changed it is
/// waited for.
pub async fn hold(conn: &mut Conn, units: &[String]) -> Result<(), DbError> {
    if units.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "select unit from unit_access where unit = any($1) order by unit for share",
        units
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// The same for whoever changes it: everybody else who holds it waits, too.
pub async fn lock(conn: &mut Conn, units: &[String]) -> Result<(), DbError> {
    if units.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "select unit from unit_access where unit = any($1) order by unit for update",
        units
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Writes how a unit is reached.
pub async fn put(conn: &mut Conn, access: &AccessRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into unit_access (unit, way, endpoint, secret, active, changed_by, changed_at, old_secret, old_secret_until,
                                  private_target, fallback, fallen_back)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (unit) do update set way = excluded.way, endpoint = excluded.endpoint, secret = excluded.secret,
             active = excluded.active, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
             old_secret = excluded.old_secret, old_secret_until = excluded.old_secret_until,
             private_target = excluded.private_target, fallback = excluded.fallback, fallen_back = excluded.fallen_back",
        access.unit,
        access.way,
        access.endpoint,
        access.secret,
        access.active,
        access.changed_by,
        access.changed_at,
        access.old_secret,
        access.old_secret_until,
        access.private_target,
        access.fallback,
        access.fallen_back
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Units with a registered way, by code, after a code; `failing`: only those that people were told are not reached.
pub async fn list(
    conn: &mut Conn,
    after: &str,
    limit: i64,
    failing: bool,
) -> Result<Vec<AccessRow>, DbError> {
    Ok(sqlx::query_as!(
        AccessRow,
        "select unit, way, endpoint, secret, old_secret, old_secret_until, private_target, fallback, fallen_back, active,
                changed_by, changed_at from unit_access a
         where unit > $1 and (not $3 or a.active and (
               a.way = 'webhook' and exists (select 1 from unit_health h where h.unit = a.unit and h.alarmed_at is not null)
               or case when a.fallen_back then a.fallback else a.way end = 'nats'
                  and exists (select 1 from unit_readers r where r.unit = a.unit and r.alarmed_at is not null)))
         order by unit limit $2",
        after,
        limit,
        failing
    )
    .fetch_all(conn)
    .await?)
}

/// Codes of the units that subscribe over NATS, or do when their webhook fails.
pub async fn on_nats(pool: &PgPool) -> Result<Vec<String>, DbError> {
    Ok(
        sqlx::query_scalar!("select unit from unit_access where active and (way = 'nats' or (way = 'webhook' and fallback = 'nats')) order by unit")
            .fetch_all(pool)
            .await?,
    )
}

/// True when some unit is reached this way now.
pub async fn is_used(pool: &PgPool, way: &str) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from unit_access where active and case when fallen_back then fallback else way end = $1) as "used!""#,
        way
    )
    .fetch_one(pool)
    .await?)
}
