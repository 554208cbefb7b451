//! Calling other hotlines with the keys that the vault holds.
use crate::clients::peers::{Call, CallError, Peers};
use crate::usecases::keep_peers;
use crate::vault::Vault;
use db::{Db, DbError};
use std::sync::Arc;
use thiserror::Error;

/// Names under which secrets of a peer are sealed.
pub const THEIR_SECRET: &str = "their_secret";
/// The key with which we call it.
pub const OUR_KEY: &str = "our_key";
/// The secret with which we sign.
pub const OUR_SECRET: &str = "our_secret";

/// What is needed to call. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Links {
    /// Makes the calls.
    pub client: Peers,
    /// Opens the keys.
    pub vault: Arc<Vault>,
}

/// Why a hotline could not be asked.
#[derive(Debug, Error)]
pub enum AskError {
    /// Ours.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such peer, no address, or no keys; or keys that do not open.
    #[error("the peer cannot be called: no address or no keys")]
    NoWay,
    /// Theirs.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Links {
    /// Posts JSON to a peer's door; answers status and body.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn ask(
        &self,
        db: &Db,
        peer: &str,
        path: &str,
        id: &str,
        body: String,
    ) -> Result<(u16, String), AskError> {
        let (known, sealed) = keep_peers::get_peer(db, peer).await?.ok_or(AskError::NoWay)?;
        let open = |name: &str, sealed: Option<Vec<u8>>| {
            let sealed = sealed.ok_or(AskError::NoWay)?;
            self.vault.open_secret(peer, name, &sealed).map_err(|error| {
                tracing::error!(peer, name, %error, "a key of a peer does not open");
                AskError::NoWay
            })
        };
        let key = open(OUR_KEY, sealed.our_key)?;
        let secret = web::signature::read(&open(OUR_SECRET, sealed.our_secret)?).ok_or(AskError::NoWay)?;
        let url = known.url.ok_or(AskError::NoWay)?;
        let call = Call {
            url: &url,
            path,
            key: &key,
            secret: &secret,
            id,
            at: db.clock().now(),
            body,
        };
        Ok(self.client.call(call).await?)
    }
}
