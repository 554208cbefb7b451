//! What the hotline sees of the handling of an order: everything that any unit reported, and its evidence.
use crate::ctx::Ctx;
use crate::domain::handling::Handling;
use crate::store::actions::UnitAction;
use crate::store::openings::{self, Opened};
use crate::store::{actions, attachments, handlings};
use crate::usecases::keep_attachment::AttachmentRow;
use contracts::ids::{OrderId, UnitCode};
use db::{Db, DbError};
use uuid::Uuid;

/// Newest actions shown.
const ACTIONS_MAX: i64 = 500;

/// An order's handling.
#[derive(Debug)]
pub struct HandlingSeen {
    /// As it stands.
    pub handling: Handling,
    /// What units did, oldest first.
    pub actions: Vec<UnitAction>,
    /// Evidence, oldest first.
    pub attachments: Vec<AttachmentRow>,
}

/// For the hotline; `None` = never assigned.
///
/// # Errors
/// When the database fails.
pub async fn read_handling(db: &Db, order_id: OrderId) -> Result<Option<HandlingSeen>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(handling) = handlings::get(&mut conn, order_id).await? else {
        return Ok(None);
    };
    Ok(Some(HandlingSeen {
        handling,
        actions: actions::of_order(&mut conn, order_id, ACTIONS_MAX).await?,
        attachments: attachments::of_order(&mut conn, order_id, None).await?,
    }))
}

/// Whose evidence a unit may read: its own, and as the lead that of the units that help it now.
fn readable(handling: Option<&Handling>, unit: &UnitCode) -> Vec<String> {
    let helpers = handling
        .filter(|h| h.lead() == unit)
        .map(|h| &h.assignment.co_handlers);
    std::iter::once(unit.0.clone())
        .chain(helpers.into_iter().flatten().map(|co| co.code.0.clone()))
        .collect()
}

/// The evidence of an order that a unit may read, or all of it for the hotline (`unit` = `None`).
///
/// # Errors
/// When the database fails.
pub async fn list_attachments(
    db: &Db,
    order_id: OrderId,
    unit: Option<&UnitCode>,
) -> Result<Vec<AttachmentRow>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let units = match unit {
        Some(unit) => Some(readable(
            handlings::get(&mut conn, order_id).await?.as_ref(),
            unit,
        )),
        None => None,
    };
    attachments::of_order(&mut conn, order_id, units.as_deref()).await
}

/// One piece of evidence and its content; `None` when there is none that the reader may read. A unit (with the subject of its
/// person or key) is written down; the hotline is `None`.
///
/// # Errors
/// When the database or the object store fails.
pub async fn read_attachment(
    ctx: &Ctx,
    order_id: OrderId,
    reader: Option<(&UnitCode, &str)>,
    attachment_id: Uuid,
) -> anyhow::Result<Option<(AttachmentRow, Vec<u8>)>> {
    let rows = list_attachments(&ctx.db, order_id, reader.map(|(unit, _)| unit)).await?;
    let Some(row) = rows.into_iter().find(|row| row.attachment_id == attachment_id) else {
        return Ok(None);
    };
    if let Some((unit, by)) = reader {
        let mut conn = ctx.db.pool().acquire().await?;
        let now = ctx.db.clock().now();
        openings::note(&mut conn, now, order_id, (unit.as_str(), by), Opened::Evidence).await?;
    }
    let content = ctx.attachments.get(attachment_id).await?;
    let content = content.ok_or_else(|| anyhow::anyhow!("attachment {attachment_id} has no content"))?;
    Ok(Some((row, content)))
}
