//! Table `peer_keys`.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// A key of a peer, without what is secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerKey {
    /// Its name.
    pub key_id: Uuid,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Not valid from then on; `None` = until another takes its place.
    pub ends_at: Option<DateTime<Utc>>,
    /// What its holder's signatures are checked with; `None` = a shared secret.
    pub public_key: Option<String>,
}

/// With what the holder of a key signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signs {
    /// A secret that both sides have, sealed.
    Secret(Vec<u8>),
    /// A private key of its own; this is the public half, `whpk_…`.
    Privately(String),
}

/// A new key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewKey {
    /// Its name.
    pub key_id: Uuid,
    /// SHA-256 of it.
    pub key_hash: [u8; 32],
    /// With what its holder signs.
    pub signs: Signs,
    /// `agent:<subject>`.
    pub by: String,
}

/// Locks a peer, so that its keys are changed one after the other; false for an unknown peer.
///
/// # Errors
/// When the database fails.
pub async fn lock(conn: &mut Conn, peer: &str) -> Result<bool, DbError> {
    let known = sqlx::query_scalar!("select code from peers where code = $1 for update", peer)
        .fetch_optional(conn)
        .await?;
    Ok(known.is_some())
}

/// The newest valid key of a peer ends at `newest_until`, all before it now.
///
/// # Errors
/// When the database fails.
pub async fn make_room(
    conn: &mut Conn,
    peer: &str,
    now: DateTime<Utc>,
    newest_until: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update peer_keys k set ends_at = least(k.ends_at, case when k.key_id = newest.key_id then $3 else $2 end)
         from (select key_id from peer_keys where peer = $1 and (ends_at is null or ends_at > $2)
             order by made_at desc, key_id desc limit 1) newest
         where k.peer = $1 and (k.ends_at is null or k.ends_at > $2)",
        peer,
        now,
        newest_until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a new key.
///
/// # Errors
/// When the database fails.
pub async fn add(conn: &mut Conn, peer: &str, key: &NewKey, at: DateTime<Utc>) -> Result<(), DbError> {
    let (secret, public_key) = match &key.signs {
        Signs::Secret(sealed) => (Some(sealed.as_slice()), None),
        Signs::Privately(public_key) => (None, Some(public_key.as_str())),
    };
    sqlx::query!(
        "insert into peer_keys (key_id, peer, key_hash, secret_sealed, public_key, made_at, made_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
        key.key_id,
        peer,
        key.key_hash.as_slice(),
        secret,
        public_key,
        at,
        key.by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The active peer that calls with this key.
///
/// # Errors
/// When the database fails.
pub async fn holder(conn: &mut Conn, key_hash: &[u8], now: DateTime<Utc>) -> Result<Option<String>, DbError> {
    let code = sqlx::query_scalar!(
        "select k.peer from peer_keys k join peers p on p.code = k.peer
         where k.key_hash = $1 and p.active and (k.ends_at is null or k.ends_at > $2)",
        key_hash,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(code)
}

/// With what a peer may sign now, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn signs(conn: &mut Conn, peer: &str, now: DateTime<Utc>) -> Result<Vec<Signs>, DbError> {
    let rows = sqlx::query!(
        "select secret_sealed, public_key from peer_keys where peer = $1 and (ends_at is null or ends_at > $2)
         order by made_at desc, key_id desc",
        peer,
        now
    )
    .fetch_all(conn)
    .await?;
    // The table has one of the two in every row.
    let either = rows.into_iter().filter_map(|row| {
        row.secret_sealed
            .map(Signs::Secret)
            .or(row.public_key.map(Signs::Privately))
    });
    Ok(either.collect())
}

/// The keys of a peer, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, peer: &str, limit: i64) -> Result<Vec<PeerKey>, DbError> {
    let keys = sqlx::query_as!(
        PeerKey,
        "select key_id, made_at, ends_at, public_key from peer_keys where peer = $1 order by made_at desc, key_id desc limit $2",
        peer,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(keys)
}

/// Ends a key; false when the peer has none of that name. One that has ended stays as it was.
///
/// # Errors
/// When the database fails.
pub async fn end(conn: &mut Conn, peer: &str, key_id: Uuid, at: DateTime<Utc>) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update peer_keys set ends_at = least(ends_at, $3) where peer = $1 and key_id = $2",
        peer,
        key_id,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
