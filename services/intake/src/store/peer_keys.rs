//! Table `peer_keys`: keys with which a peer calls us, and private keys with which we sign to it.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// Who calls, or signs, with a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// The peer, to us.
    Peer,
    /// We, to the peer.
    Us,
}

impl Holder {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Us => "us",
        }
    }
}

/// A key, without what is secret.
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

/// A new key with which we sign.
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

/// The newest valid key of a holder ends at `newest_until`, all before it now.
///
/// # Errors
/// When the database fails.
pub async fn make_room(
    conn: &mut Conn,
    (peer, holder): (&str, Holder),
    now: DateTime<Utc>,
    newest_until: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update peer_keys k set ends_at = least(k.ends_at, case when k.key_id = newest.key_id then $4 else $3 end)
         from (select key_id from peer_keys where peer = $1 and holder = $2 and (ends_at is null or ends_at > $3)
             order by made_at desc, key_id desc limit 1) newest
         where k.peer = $1 and k.holder = $2 and (k.ends_at is null or k.ends_at > $3)",
        peer,
        holder.as_str(),
        now,
        newest_until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a new key of a peer.
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

/// Writes a new key of ours.
///
/// # Errors
/// When the database fails.
pub async fn add_ours(
    conn: &mut Conn,
    peer: &str,
    key: &NewSigningKey,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into peer_keys (key_id, peer, holder, secret_sealed, public_key, made_at, made_by)
         values ($1, $2, 'us', $3, $4, $5, $6)",
        key.key_id,
        peer,
        key.seed,
        key.public_key,
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
        "select secret_sealed, public_key from peer_keys where peer = $1 and holder = 'peer' and (ends_at is null or ends_at > $2)
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

/// Sealed seeds of the keys with which we sign to a peer now, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn seeds(conn: &mut Conn, peer: &str, now: DateTime<Utc>) -> Result<Vec<Vec<u8>>, DbError> {
    let seeds = sqlx::query_scalar!(
        r#"select secret_sealed as "seed!" from peer_keys
           where peer = $1 and holder = 'us' and (ends_at is null or ends_at > $2) order by made_at desc, key_id desc"#,
        peer,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(seeds)
}

/// The keys of a holder, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    conn: &mut Conn,
    (peer, holder): (&str, Holder),
    limit: i64,
) -> Result<Vec<PeerKey>, DbError> {
    let keys = sqlx::query_as!(
        PeerKey,
        "select key_id, made_at, ends_at, public_key from peer_keys where peer = $1 and holder = $2
         order by made_at desc, key_id desc limit $3",
        peer,
        holder.as_str(),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(keys)
}

/// Ends a key; false when the holder has none of that name. One that has ended stays as it was.
///
/// # Errors
/// When the database fails.
pub async fn end(
    conn: &mut Conn,
    (peer, holder): (&str, Holder),
    key_id: Uuid,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update peer_keys set ends_at = least(ends_at, $4) where peer = $1 and holder = $2 and key_id = $3",
        peer,
        holder.as_str(),
        key_id,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
