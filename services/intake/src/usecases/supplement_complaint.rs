//! The caller adds something to an open complaint. A repeated request finds the first supplement. What another hotline has is
//! added to there, too.
use super::masking::masked;
use super::transfer_moves::add_there;
use crate::domain::supplement::Supplement;
use crate::domain::{ComplaintId, OrderId};
use crate::events;
use crate::store::{orders, supplements, transfers};
use crate::vault::Vault;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::sync::Arc;
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct SupplementComplaint {
    /// Knows what is to be hidden.
    pub vault: Arc<Vault>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// What is added, checked.
    pub text: String,
    /// `agent:<subject>`.
    pub by: String,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, [u8; 32])>,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supplemented {
    /// What was added.
    pub row: Supplement,
    /// True when an earlier request with this key added it.
    pub repeated: bool,
}

/// Why nothing is added.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SupplementRefusal {
    /// There is no such complaint.
    #[error("the complaint does not exist")]
    Unknown,
    /// Nothing of it is open.
    #[error("the complaint is closed")]
    Closed,
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
}

impl Work for SupplementComplaint {
    const NAME: &'static str = "supplement_complaint";
    type Command = Command;
    type Output = Supplemented;
    type Refusal = SupplementRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            // A person's request, one at a time: a complaint may occur twice.
            results.push(self.supplement(conn, now, asked).await?);
        }
        Ok(results)
    }
}

impl SupplementComplaint {
    async fn supplement(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<Command>,
    ) -> Result<Result<Supplemented, SupplementRefusal>, DbError> {
        let Some(newest) = supplements::newest_for_update(conn, command.complaint_id).await? else {
            return Ok(Err(SupplementRefusal::Unknown));
        };
        if let Some((key, hash)) = &command.attempt
            && let Some(row) = supplements::with_key(conn, &command.by, key).await?
        {
            let same = row
                .attempt
                .as_ref()
                .is_some_and(|(_, known)| known[..] == hash[..]);
            return Ok(if same {
                Ok(Supplemented { row, repeated: true })
            } else {
                Err(SupplementRefusal::KeyReused)
            });
        }
        let (open, ended): (Vec<_>, Vec<_>) = orders::of_complaint(conn, command.complaint_id)
            .await?
            .into_iter()
            .partition(|order| order.state.is_open());
        let open: Vec<OrderId> = open.into_iter().map(|order| order.order_id).collect();
        let ended: Vec<OrderId> = ended.into_iter().map(|order| order.order_id).collect();
        let mut elsewhere = transfers::handed_over(conn, &ended).await?;
        elsewhere.retain(|handed| handed.open);
        if open.is_empty() && elsewhere.is_empty() {
            return Ok(Err(SupplementRefusal::Closed));
        }
        let row = Supplement {
            complaint_id: command.complaint_id,
            supplement: newest + 1,
            text: masked(conn, &self.vault, command.complaint_id, &command.text).await?,
            by: command.by.clone(),
            at: now,
            attempt: command
                .attempt
                .as_ref()
                .map(|(key, hash)| (key.clone(), hash.to_vec())),
        };
        // The complaint is locked, so only a request about another one can have come between.
        if !supplements::insert(conn, &row).await? {
            return Ok(Err(SupplementRefusal::KeyReused));
        }
        for handed in &elsewhere {
            add_there(conn, now, handed, &row).await?;
        }
        if !open.is_empty() {
            bus::outbox::append(conn, &[events::supplemented(&row, open, cause)]).await?;
        }
        Ok(Ok(Supplemented { row, repeated: false }))
    }
}
