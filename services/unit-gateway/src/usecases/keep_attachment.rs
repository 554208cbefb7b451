//! A unit gives evidence for an order that it has now. The content is stored before its row: a row without a content would
//! be a lost document, a content without a row is only forgotten.
use crate::ctx::Ctx;
use crate::domain::handling::ActRefusal;
use crate::store::attachments;
use crate::store::handlings;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, ExecuteError, Results, Work};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use uuid::Uuid;

pub use crate::store::attachments::AttachmentRow;

/// What a unit gives.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// Who.
    pub unit: UnitCode,
    /// For what.
    pub order_id: OrderId,
    /// File name, phone numbers masked.
    pub name: String,
    /// What the content is; checked.
    pub media_type: String,
    /// Subject of the person or key.
    pub by: String,
}

/// Why it is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum KeepAttachmentRefusal {
    /// The unit has no such order now.
    #[error(transparent)]
    Order(#[from] ActRefusal),
    /// It gave as many as it may.
    #[error("no more attachments are allowed")]
    TooMany,
}

/// Why it is not kept, or not known to be.
#[derive(Debug, Error)]
pub enum KeepAttachmentError {
    /// Refused, or the database failed.
    #[error(transparent)]
    Execute(#[from] ExecuteError<KeepAttachmentRefusal>),
    /// The object store failed.
    #[error(transparent)]
    Store(anyhow::Error),
}

/// The use case: the row of a content that is stored.
#[derive(Clone, Copy, Debug)]
struct KeepAttachments {
    per_unit_max: i64,
}

#[derive(Clone, Debug)]
struct Stored {
    new: NewAttachment,
    id: Uuid,
    size_bytes: i64,
    sha256: Vec<u8>,
}

impl Work for KeepAttachments {
    const NAME: &'static str = "keep_attachment";
    type Command = Stored;
    type Output = AttachmentRow;
    type Refusal = KeepAttachmentRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Stored>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Each comes with a file: one after the other.
        for Asked { command, .. } in commands {
            results.push(self.keep(conn, now, command).await?);
        }
        Ok(results)
    }
}

impl KeepAttachments {
    async fn keep(
        self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        stored: &Stored,
    ) -> Result<Result<AttachmentRow, KeepAttachmentRefusal>, DbError> {
        let NewAttachment { unit, order_id, .. } = &stored.new;
        let mut handlings = handlings::lock(conn, &[order_id.uuid()]).await?;
        let Some(handling) = handlings
            .remove(order_id)
            .filter(|h| h.lead() == unit || h.is_co_handler(unit))
        else {
            return Ok(Err(ActRefusal::UnknownOrder.into()));
        };
        if handling.state.is_over() {
            return Ok(Err(ActRefusal::Closed.into()));
        }
        // Sent again over a bad line: what it gave stays one piece of evidence.
        if let Some(first) = attachments::same(conn, *order_id, unit.as_str(), &stored.sha256).await? {
            return Ok(Ok(first));
        }
        if attachments::count(conn, *order_id, unit.as_str()).await? >= self.per_unit_max {
            return Ok(Err(KeepAttachmentRefusal::TooMany));
        }
        let row = AttachmentRow {
            attachment_id: stored.id,
            order_id: order_id.uuid(),
            unit: unit.0.clone(),
            generation: handling.generation,
            name: stored.new.name.clone(),
            media_type: stored.new.media_type.clone(),
            size_bytes: stored.size_bytes,
            sha256: stored.sha256.clone(),
            uploaded_by: stored.new.by.clone(),
            uploaded_at: now,
        };
        attachments::insert(conn, &row).await?;
        Ok(Ok(row))
    }
}

/// Keeps one content; the same of the same unit for the same order is kept once.
///
/// # Errors
/// When it is refused, or something failed; then nothing refers to it.
pub async fn keep_attachment(
    ctx: &Ctx,
    new: NewAttachment,
    content: &[u8],
    cause: Cause,
) -> Result<AttachmentRow, KeepAttachmentError> {
    let id = Uuid::now_v7();
    let stored = ctx.attachments.put(id, content).await;
    stored.map_err(|error| KeepAttachmentError::Store(error.into()))?;
    let command = Stored {
        new,
        id,
        size_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
        sha256: Sha256::digest(content).to_vec(),
    };
    let work = KeepAttachments {
        per_unit_max: ctx.config.attachments.per_unit_max,
    };
    let kept = ctx.db.execute(&work, Asked { cause, command }).await;
    let unused = match &kept {
        Ok(row) => row.attachment_id != id,
        // After a failure of the database it may be kept nevertheless, so then the content stays.
        Err(error) => matches!(error, ExecuteError::Refused(_)),
    };
    if unused {
        let removed = ctx.attachments.remove(id).await;
        removed.map_err(|error| KeepAttachmentError::Store(error.into()))?;
    }
    Ok(kept?)
}
