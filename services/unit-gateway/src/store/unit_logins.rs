//! Tables `unit_logins` and `unit_denials`: who is on NATS, and who was refused.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// A connection of a unit.
#[derive(Clone, Debug)]
pub struct Login {
    /// The server.
    pub server_id: String,
    /// The connection on it.
    pub client_id: i64,
    /// Whose.
    pub unit: String,
    /// The key.
    pub key_id: Uuid,
    /// When the server ends it.
    pub expires_at: DateTime<Utc>,
}

/// Writes a login down, and forgets those that have ended. False when the key is of no use any more: it is looked at
/// under a lock, so a revocation either finds this login or prevents it.
pub async fn insert(pool: &PgPool, now: DateTime<Utc>, login: &Login) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "with ended as (delete from unit_logins where expires_at < $6),
         usable as (select key_id from unit_keys
                    where key_id = $4 and revoked_at is null and expires_at > $6 for share)
         insert into unit_logins (server_id, client_id, unit, key_id, expires_at, logged_in_at)
         select $1, $2, $3, key_id, $5, $6 from usable
         on conflict (server_id, client_id) do update set unit = excluded.unit, key_id = excluded.key_id,
             expires_at = excluded.expires_at, logged_in_at = excluded.logged_in_at",
        login.server_id,
        login.client_id,
        login.unit,
        login.key_id,
        login.expires_at,
        now
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Connections of a key that may not have ended.
pub async fn of_key(pool: &PgPool, now: DateTime<Utc>, key_id: Uuid) -> Result<Vec<Login>, DbError> {
    Ok(sqlx::query_as!(
        Login,
        "select server_id, client_id, unit, key_id, expires_at from unit_logins where key_id = $1 and expires_at >= $2",
        key_id,
        now
    )
    .fetch_all(pool)
    .await?)
}

/// Forgets connections (server, connection) that have ended.
pub async fn forget(pool: &PgPool, ended: &[(String, i64)]) -> Result<(), DbError> {
    let (servers, clients): (Vec<String>, Vec<i64>) = ended.iter().cloned().unzip();
    sqlx::query!(
        "delete from unit_logins l using unnest($1::text[], $2::bigint[]) as g(server_id, client_id)
         where l.server_id = g.server_id and l.client_id = g.client_id",
        &servers,
        &clients
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Counts a refusal. Whoever says that it is a unit that nobody knows is counted with all such strangers, as `?`.
pub async fn deny(
    pool: &PgPool,
    now: DateTime<Utc>,
    unit: &str,
    way: &str,
    code: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into unit_denials as d (unit, way, code, times, first_at, last_at)
         select case when exists (select 1 from unit_keys k where k.unit = $1)
                       or exists (select 1 from unit_access a where a.unit = $1)
                       or exists (select 1 from directory_units u where u.unit = $1) then $1 else '?' end, $2, $3, 1, $4, $4
         on conflict (unit, way, code) do update set times = d.times + 1, last_at = $4",
        unit,
        way,
        code,
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Drops refusals of which the last was before a moment. Answers how many.
pub async fn drop_denials(conn: &mut Conn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let done = sqlx::query!("delete from unit_denials where last_at < $1", before)
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

/// What was refused, of one who said it was one unit.
#[derive(Debug)]
pub struct Denial {
    /// Who the caller said it was; `?` for all that are no units.
    pub unit: String,
    /// `nats_login` or `nats_command`.
    pub way: String,
    /// Why.
    pub code: String,
    /// How often.
    pub times: i64,
    /// The first.
    pub first_at: DateTime<Utc>,
    /// The last.
    pub last_at: DateTime<Utc>,
}

/// The newest refusals.
pub async fn denials(conn: &mut Conn, limit: i64) -> Result<Vec<Denial>, DbError> {
    Ok(sqlx::query_as!(
        Denial,
        "select unit, way, code, times, first_at, last_at from unit_denials order by last_at desc, unit, way, code limit $1",
        limit
    )
    .fetch_all(conn)
    .await?)
}
