//! Table `peer_signing_keys`.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A key with which we sign, without what is secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SigningKey {
    /// Its name.
    pub key_id: Uuid,
    /// What the peer checks with: `whpk_…`.
    pub public_key: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Does not sign from then on; `None` = until another takes its place.
    pub ends_at: Option<DateTime<Utc>>,
}

/// A new key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSigningKey {
    /// Its name.
    pub key_id: Uuid,
    /// Sealed: what it is made of.
    pub seed: Vec<u8>,
    /// `whpk_…`.
    pub public_key: String,
    /// `agent:<subject>`.
    pub by: String,
}

/// Writes a new key; the newest before it signs until `newest_until`, all others end now. The peer's row is locked.
///
/// # Errors
/// When the database fails.
pub async fn add(
    conn: &mut Conn,
    peer: &str,
    key: &NewSigningKey,
    now: DateTime<Utc>,
    newest_until: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update peer_signing_keys k set ends_at = least(k.ends_at, case when k.key_id = newest.key_id then $3 else $2 end)
         from (select key_id from peer_signing_keys where peer = $1 and (ends_at is null or ends_at > $2)
             order by made_at desc, key_id desc limit 1) newest
         where k.peer = $1 and (k.ends_at is null or k.ends_at > $2)",
        peer,
        now,
        newest_until
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into peer_signing_keys (key_id, peer, seed_sealed, public_key, made_at, made_by) values ($1, $2, $3, $4, $5, $6)",
        key.key_id,
        peer,
        key.seed,
        key.public_key,
        now,
        key.by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sealed seeds of the keys that sign now, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn seeds(conn: &mut Conn, peer: &str, now: DateTime<Utc>) -> Result<Vec<Vec<u8>>, DbError> {
    let seeds = sqlx::query_scalar!(
        "select seed_sealed from peer_signing_keys where peer = $1 and (ends_at is null or ends_at > $2)
         order by made_at desc, key_id desc",
        peer,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(seeds)
}

/// The keys with which we sign to a peer, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, peer: &str, limit: i64) -> Result<Vec<SigningKey>, DbError> {
    let keys = sqlx::query_as!(
        SigningKey,
        "select key_id, public_key, made_at, ends_at from peer_signing_keys where peer = $1
         order by made_at desc, key_id desc limit $2",
        peer,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(keys)
}

/// Ends a key; false when there is none of that name. One that has ended stays as it was.
///
/// # Errors
/// When the database fails.
pub async fn end(conn: &mut Conn, peer: &str, key_id: Uuid, at: DateTime<Utc>) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update peer_signing_keys set ends_at = least(ends_at, $3) where peer = $1 and key_id = $2",
        peer,
        key_id,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
