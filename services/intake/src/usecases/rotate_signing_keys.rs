//! Private keys with which we sign what we send to another hotline. A new one signs from now on; the one before signs beside it
//! for a while, so that the peer can change over without a gap; never more than two sign.
use super::rotate_keys::UnknownPeer;
use crate::store::{peer_keys, peer_signing_keys};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::cause::Asked;
use db::{Conn, Db, DbError, Results, Work};
use uuid::Uuid;

pub use crate::store::peer_signing_keys::{NewSigningKey, SigningKey};

/// Keys shown of one peer.
const LIST_MAX: i64 = 100;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RotateSigningKeys {
    /// How long the key before goes on signing.
    pub overlap: TimeDelta,
}

/// A new key for a peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Make {
    /// The peer.
    pub peer: String,
    /// The key.
    pub key: NewSigningKey,
}

impl Work for RotateSigningKeys {
    const NAME: &'static str = "rotate_signing_keys";
    type Command = Make;
    type Output = DateTime<Utc>;
    type Refusal = UnknownPeer;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Make>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command, .. } in commands {
            if peer_keys::lock(conn, &command.peer).await? {
                peer_signing_keys::add(conn, &command.peer, &command.key, now, now + self.overlap).await?;
                results.push(Ok(now));
            } else {
                results.push(Err(UnknownPeer));
            }
        }
        Ok(results)
    }
}

/// The newest keys with which we sign to a peer.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, peer: &str) -> Result<Vec<SigningKey>, DbError> {
    peer_signing_keys::list(&mut *db.pool().acquire().await?, peer, LIST_MAX).await
}

/// Ends a key now; false when there is none of that name.
///
/// # Errors
/// When the database fails.
pub async fn end(db: &Db, peer: &str, key_id: Uuid) -> Result<bool, DbError> {
    peer_signing_keys::end(&mut *db.pool().acquire().await?, peer, key_id, db.clock().now()).await
}
