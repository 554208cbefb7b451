//! Keys with which other hotlines call us. A new one takes the place of the one before, which stays valid for a while, so that
//! the peer can change over without a gap; never more than two are valid.
use crate::store::peer_keys;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

pub use crate::store::peer_keys::{NewKey, PeerKey, Signs};

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
    /// Its key.
    pub key: NewKey,
}

/// No such peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the hotline is unknown")]
pub struct UnknownPeer;

impl Work for RotateKeys {
    const NAME: &'static str = "rotate_keys";
    type Command = Issue;
    type Output = ();
    type Refusal = UnknownPeer;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Issue>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            if peer_keys::lock(conn, &command.peer).await? {
                peer_keys::make_room(conn, &command.peer, now, now + self.overlap).await?;
                peer_keys::add(conn, &command.peer, &command.key, now).await?;
                results.push(Ok(()));
            } else {
                results.push(Err(UnknownPeer));
            }
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

/// The newest keys of a peer.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, peer: &str) -> Result<Vec<PeerKey>, DbError> {
    peer_keys::list(&mut *db.pool().acquire().await?, peer, LIST_MAX).await
}

/// Ends a key now; false when the peer has none of that name.
///
/// # Errors
/// When the database fails.
pub async fn end(db: &Db, peer: &str, key_id: Uuid) -> Result<bool, DbError> {
    peer_keys::end(&mut *db.pool().acquire().await?, peer, key_id, db.clock().now()).await
}
