//! Keys with which other hotlines call us, and private keys with which we sign what we send to them. A new one takes the place of
//! the one before, which stays good (or signs beside it) for a while, so that the peer can change over without a gap; never more
//! than two of a holder are good.
use crate::store::peer_keys;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

pub use crate::store::peer_keys::{Holder, NewKey, NewSigningKey, PeerKey, Signs};

/// Keys shown of one peer.
const LIST_MAX: i64 = 100;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RotateKeys {
    /// How long the key before stays valid.
    pub overlap: TimeDelta,
}

/// A new key for a peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// The peer.
    pub peer: String,
    /// The key.
    pub key: Made,
}

/// Whose key it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Made {
    /// The peer calls us with it.
    Theirs(NewKey),
    /// We sign with it.
    Ours(NewSigningKey),
}

/// No such peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the hotline is unknown")]
pub struct UnknownPeer;

impl Work for RotateKeys {
    const NAME: &'static str = "rotate_keys";
    type Command = Issue;
    type Output = DateTime<Utc>;
    type Refusal = UnknownPeer;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Issue>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            let peer = command.peer.as_str();
            if !peer_keys::lock(conn, peer).await? {
                results.push(Err(UnknownPeer));
                continue;
            }
            let until = now + self.overlap;
            match &command.key {
                Made::Theirs(key) => {
                    peer_keys::make_room(conn, (peer, Holder::Peer), now, until).await?;
                    peer_keys::add(conn, peer, key, now).await?;
                }
                Made::Ours(key) => {
                    peer_keys::make_room(conn, (peer, Holder::Us), now, until).await?;
                    peer_keys::add_ours(conn, peer, key, now).await?;
                }
            }
            results.push(Ok(now));
        }
        Ok(results)
    }
}

/// Who calls with this key.
///
/// # Errors
/// When the database fails.
pub async fn holder(db: &Db, key_hash: &[u8]) -> Result<Option<String>, DbError> {
    peer_keys::holder(&mut *db.pool().acquire().await?, key_hash, db.clock().now()).await
}

/// With what a peer may sign now.
///
/// # Errors
/// When the database fails.
pub async fn signs(db: &Db, peer: &str) -> Result<Vec<Signs>, DbError> {
    peer_keys::signs(&mut *db.pool().acquire().await?, peer, db.clock().now()).await
}

/// The newest keys of a holder.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, peer: &str, holder: Holder) -> Result<Vec<PeerKey>, DbError> {
    peer_keys::list(&mut *db.pool().acquire().await?, (peer, holder), LIST_MAX).await
}

/// Ends a key now; false when the holder has none of that name.
///
/// # Errors
/// When the database fails.
pub async fn end(db: &Db, peer: &str, holder: Holder, key_id: Uuid) -> Result<bool, DbError> {
    let (mut conn, now) = (db.pool().acquire().await?, db.clock().now());
    peer_keys::end(&mut conn, (peer, holder), key_id, now).await
}
