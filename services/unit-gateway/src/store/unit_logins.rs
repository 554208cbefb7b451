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

/// Takes out the connections of a key: (server, connection).
pub async fn take(pool: &PgPool, key_id: Uuid) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query!(
        "delete from unit_logins where key_id = $1 returning server_id, client_id",
        key_id
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.server_id, row.client_id))
        .collect())
}

/// Counts a refusal.
pub async fn deny(
    pool: &PgPool,
    now: DateTime<Utc>,
    unit: &str,
    way: &str,
    code: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into unit_denials as d (unit, way, code, times, first_at, last_at) values ($1, $2, $3, 1, $4, $4)
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

/// What was refused, of one who said it was one unit.
#[derive(Debug)]
pub struct Denial {
    /// Who the caller said it was.
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
