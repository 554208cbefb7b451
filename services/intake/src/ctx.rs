//! What the ways in hold. Cheap to clone.
use crate::clients::relay::Exchange;
use crate::clients::reply_desks::ReplyDesks;
use crate::clients::sms::Sms;
use crate::config::{Open311Config, RepliesConfig, TransferConfig};
use crate::domain::peer::Standings;
use crate::links::{AskError, Links};
use crate::usecases::hear_peer::HearPeer;
use crate::usecases::keep_directory::Known;
use crate::usecases::keep_peers::{self, Reconciliation};
use crate::usecases::open_relay::OpenRelay;
use crate::usecases::register_complaint::RegisterComplaint;
use crate::usecases::relay_call::BeginCall;
use crate::usecases::reveal_identity::RevealIdentity;
use crate::usecases::take_over::TakeOver;
use crate::usecases::tell_peers::RecordTold;
use bus::objects::Objects;
use chrono::FixedOffset;
use contracts::peer_links::STANDINGS;
use db::{Db, DbError, Together};
use prometheus::IntGaugeVec;
use std::sync::Arc;
use thiserror::Error;
use uuid::Uuid;

pub use crate::clients::provider::ProviderError;
pub use crate::clients::relay::Ends;

/// Shared by all HTTP handlers.
#[derive(Clone)]
pub struct Ctx {
    /// Database and clock.
    pub db: Db,
    /// Local time of the city.
    pub offset: FixedOffset,
    /// Registers complaints, those that arrive together in one transaction.
    pub register: Together<RegisterComplaint>,
    /// Divisions and matters that there are.
    pub directory: Known,
    /// Where routing puts what others need of the directory.
    pub objects: Objects,
    /// How many days back similar orders are looked for.
    pub similar_days: i64,
    /// Opens the vault.
    pub reveal: RevealIdentity,
    /// Settings of transfers.
    pub transfers: Arc<TransferConfig>,
    /// Calls other hotlines.
    pub links: Links,
    /// Emergencies that wait for a person.
    pub alarms: IntGaugeVec,
    /// The standard door.
    pub open311: Arc<Open311Config>,
    /// Where messages to callers go.
    pub sms: Sms,
    /// Where results for other desks go.
    pub desks: ReplyDesks,
    /// How they are told.
    pub replies: Arc<RepliesConfig>,
    /// Connects units with callers.
    pub exchange: Exchange,
    /// Tokens of units and their uses.
    pub relays: Relays,
}

/// Contact of units with callers.
#[derive(Clone, Debug)]
pub struct Relays {
    /// Makes tokens.
    pub open: OpenRelay,
    /// Takes numbers out for calls.
    pub begin: BeginCall,
    /// What both ends of a call see.
    pub shown: String,
}

/// Why a comparison came to nothing.
#[derive(Debug, Error)]
pub enum ReconcileError {
    /// Ours.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Theirs.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// Its answer is none.
    #[error("answered {0}")]
    Answer(u16),
}

impl Ctx {
    /// Compares the transfers with a peer, and keeps what differs.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn reconcile(&self, peer: &str) -> Result<Reconciliation, ReconcileError> {
        let since = self.db.clock().now() - self.transfers.reconcile_back();
        let mut there = Vec::new();
        let mut after = None;
        let mut all_open = true;
        loop {
            let body = serde_json::json!({ "since": since, "after": after }).to_string();
            let id = Uuid::now_v7().to_string();
            let (status, answer) = self.links.ask(&self.db, peer, STANDINGS, &id, body).await?;
            let page: Standings =
                serde_json::from_str(&answer).map_err(|_| ReconcileError::Answer(status))?;
            all_open &= page.all_open;
            there.extend(page.transfers);
            // Newest first: a page that does not lead on would be asked for again and again.
            match page.next {
                Some(next) if after.is_none_or(|before| next < before) => after = Some(next),
                _ => break,
            }
        }
        Ok(keep_peers::reconcile(&self.db, peer, since, (&there, all_open)).await?)
    }

    /// Hears what other hotlines say.
    #[must_use]
    pub fn hear_peer(&self) -> HearPeer {
        HearPeer {
            own: self.transfers.own_code.clone(),
            hops_max: self.transfers.hops_max,
            take: self.take_over(),
        }
    }

    /// Records what came of telling other hotlines.
    #[must_use]
    pub fn record_told(&self) -> RecordTold {
        RecordTold {
            take: self.take_over(),
            again: self.transfers.reply_wait(true),
        }
    }

    /// Registers cases that are ours.
    #[must_use]
    pub fn take_over(&self) -> TakeOver {
        TakeOver {
            register: RegisterComplaint {
                vault: Arc::clone(&self.links.vault),
                offset: self.offset,
            },
            above: self.transfers.above(),
        }
    }
}
