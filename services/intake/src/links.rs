//! Reaching other hotlines: over HTTPS with the keys that the vault holds, or over the link between their NATS and ours.
use crate::clients::peer_stream::PeerStream;
use crate::clients::peers::{Call, CallError, Peers};
use crate::domain::peer::{Credentials, Peer};
use crate::domain::peer_way::{Said, Way, way_of};
use crate::usecases::keep_peers;
use crate::usecases::tell_peers::Waiting;
use crate::vault::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bus::BusError;
use chrono::{DateTime, Utc};
use contracts::peer_links::{MESSAGE, REPLY};
use db::{Db, DbError};
use serde::Serialize;
use signing::PrivateKey;
use std::sync::Arc;
use thiserror::Error;

/// Names under which secrets of a peer are sealed.
pub const THEIR_SECRET: &str = "their_secret";
/// The key with which we call it.
pub const OUR_KEY: &str = "our_key";
/// The secret with which we sign.
pub const OUR_SECRET: &str = "our_secret";
/// The secret that signs what is posted to a desk.
pub const DESK_SECRET: &str = "desk_secret";
/// What a private key is made of with which we sign: 32 bytes in base64.
pub const SIGNING_SEED: &str = "signing_seed";

/// What is needed to call. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Links {
    /// Makes the calls.
    pub client: Peers,
    /// The account of the links; `None` = there are none.
    pub stream: Option<PeerStream>,
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
    #[error("the peer cannot be reached: no address, no keys or no link")]
    NoWay,
    /// Theirs.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Between the servers.
    #[error(transparent)]
    Link(#[from] BusError),
}

/// How far something got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// The other hotline answered: status and body.
    Answered(u16, String),
    /// The other hotline's stream has it.
    Stored,
}

impl Links {
    /// Tells a peer something, by the way whose turn it is.
    ///
    /// # Errors
    /// When it did not get there, as far as we know.
    pub async fn tell(&self, db: &Db, waiting: &Waiting) -> Result<Heard, AskError> {
        let Waiting { peer, said, .. } = waiting;
        let id = waiting.message_id;
        let (kind, body) = match said {
            Said::Message(message) => (MESSAGE, json(message)),
            Said::Reply(reply) => (REPLY, json(reply)),
        };
        match (way_of(&waiting.ways, waiting.attempts), &self.stream) {
            (Some(Way::Https), _) => {
                let known = keep_peers::get_peer(db, peer).await?.ok_or(AskError::NoWay)?;
                let (status, body) = self
                    .call(&known, "messages", (&id.to_string(), db.clock().now()), body)
                    .await?;
                Ok(Heard::Answered(status, body))
            }
            (Some(Way::Nats), Some(stream)) => {
                stream.send(peer, kind, id, body).await?;
                Ok(Heard::Stored)
            }
            _ => Err(AskError::NoWay),
        }
    }

    /// Asks a peer something that it answers at once (`standings`, `identity-reveals`), by its ways one after the other;
    /// answers status and body.
    ///
    /// # Errors
    /// When there was no answer by any way.
    pub async fn ask(
        &self,
        db: &Db,
        peer: &str,
        what: &str,
        id: &str,
        body: String,
    ) -> Result<(u16, String), AskError> {
        let known = keep_peers::get_peer(db, peer).await?.ok_or(AskError::NoWay)?;
        let mut failed = AskError::NoWay;
        for way in &known.0.ways {
            let answered = match (way, &self.stream) {
                (Way::Https, _) => {
                    self.call(&known, what, (id, db.clock().now()), body.clone())
                        .await
                }
                (Way::Nats, Some(stream)) => {
                    stream.ask(peer, what, body.clone()).await.map_err(AskError::Call)
                }
                (Way::Nats, None) => Err(AskError::NoWay),
            };
            match answered {
                Ok(answered) => return Ok(answered),
                Err(AskError::NoWay) => {}
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    async fn call(
        &self,
        (peer, sealed): &(Peer, Credentials),
        what: &str,
        (id, at): (&str, DateTime<Utc>),
        body: String,
    ) -> Result<(u16, String), AskError> {
        let open = |name: &str, sealed: &[u8]| {
            self.vault.open_secret(&peer.code, name, sealed).map_err(|error| {
                tracing::error!(peer = peer.code, name, %error, "a key of a peer does not open");
                AskError::NoWay
            })
        };
        let key = open(OUR_KEY, sealed.our_key.as_deref().ok_or(AskError::NoWay)?)?;
        let secret = match &sealed.our_secret {
            Some(secret) => Some(signing::read(&open(OUR_SECRET, secret)?).ok_or(AskError::NoWay)?),
            None => None,
        };
        let mut private = Vec::with_capacity(sealed.our_seeds.len());
        for seed in &sealed.our_seeds {
            private.push(private_key(&open(SIGNING_SEED, seed)?).ok_or(AskError::NoWay)?);
        }
        if secret.is_none() && private.is_empty() {
            return Err(AskError::NoWay);
        }
        let url = peer.url.as_deref().ok_or(AskError::NoWay)?;
        let call = Call {
            peer: &peer.code,
            url,
            path: &format!("/v1/peer/{what}"),
            key: &key,
            secret: secret.as_deref(),
            private: &private,
            id,
            at,
            body,
        };
        Ok(self.client.call(call).await?)
    }
}

fn private_key(seed: &str) -> Option<PrivateKey> {
    let seed = STANDARD.decode(seed).ok()?.try_into().ok()?;
    Some(PrivateKey::new(&seed))
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
