//! Table `unit_keys`: hashes only.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// One key, without the key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// What it is named by.
    pub key_id: Uuid,
    /// Whose it is.
    pub unit: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Last moment of use.
    pub expires_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Keys of a unit, newest first, withdrawn and expired ones too.
pub async fn of_unit(conn: &mut Conn, unit: &str, limit: i64) -> Result<Vec<KeyRow>, DbError> {
    Ok(sqlx::query_as!(
        KeyRow,
        "select key_id, unit, created_by, created_at, expires_at, revoked_at from unit_keys
         where unit = $1 order by created_at desc, key_id limit $2",
        unit,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// The key that an earlier request of the same caller with this idempotency key has made, and its hash.
pub async fn made_by(
    conn: &mut Conn,
    unit: &str,
    by: &str,
    idempotency_key: &str,
) -> Result<Option<(KeyRow, Vec<u8>)>, DbError> {
    let row = sqlx::query!(
        "select key_id, unit, created_by, created_at, expires_at, revoked_at, key_sha256 from unit_keys
         where unit = $1 and created_by = $2 and idempotency_key = $3",
        unit,
        by,
        idempotency_key
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let key = KeyRow {
            key_id: row.key_id,
            unit: row.unit,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        };
        (key, row.key_sha256)
    }))
}

/// Stores a new key.
pub async fn insert(
    conn: &mut Conn,
    key: &KeyRow,
    key_sha256: &[u8],
    idempotency_key: Option<&str>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into unit_keys (key_id, unit, key_sha256, created_by, created_at, expires_at, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7)",
        key.key_id,
        key.unit,
        key_sha256,
        key.created_by,
        key.created_at,
        key.expires_at,
        idempotency_key
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Withdraws a key; false when the unit has no such key. A second time changes nothing.
pub async fn revoke(
    conn: &mut Conn,
    unit: &str,
    key_id: Uuid,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update unit_keys set revoked_by = coalesce(revoked_by, $3), revoked_at = coalesce(revoked_at, $4)
         where unit = $1 and key_id = $2",
        unit,
        key_id,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The usable key with this hash.
pub async fn find(pool: &PgPool, key_sha256: &[u8], now: DateTime<Utc>) -> Result<Option<KeyRow>, DbError> {
    Ok(sqlx::query_as!(
        KeyRow,
        "select key_id, unit, created_by, created_at, expires_at, revoked_at from unit_keys
         where key_sha256 = $1 and revoked_at is null and expires_at > $2",
        key_sha256,
        now
    )
    .fetch_optional(pool)
    .await?)
}
