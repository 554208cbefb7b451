//! A unit reaches the caller through the hotline's relay. Whether it may is decided here, where the handling is; intake,
//! which alone knows the number, gives the token and has the call connected. Over HTTP and not by event: a person waits for
//! the answer, and a number must be in no event.
use crate::clients::intake::IntakeError;
use crate::ctx::Ctx;
use crate::domain::handling::ActRefusal;
use crate::store::openings::{self, Opened};
use crate::store::{documents, handlings};
use contracts::ids::{OrderId, UnitCode};
use db::DbError;
use thiserror::Error;
use uuid::Uuid;

pub use crate::clients::intake::RelayOpened;

/// Who wants to reach whose caller.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The unit.
    pub unit: UnitCode,
    /// The order.
    pub order_id: OrderId,
    /// Generation that the unit knows.
    pub generation: i32,
    /// Subject of the person or key.
    pub by: String,
}

/// Why there is no contact.
#[derive(Debug, Error)]
pub enum ContactError {
    /// The handling does not allow it.
    #[error(transparent)]
    Refused(#[from] ActRefusal),
    /// This hotline has no relay.
    #[error("no relay is offered")]
    NotOffered,
    /// Intake refused; its problem code.
    #[error("refused by intake: {0}")]
    Relay(String),
    /// Perhaps later.
    #[error("intake: {0}")]
    Later(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<IntakeError> for ContactError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::NotOffered => Self::NotOffered,
            IntakeError::Refused(code) => Self::Relay(code),
            IntakeError::Later(why) => Self::Later(why),
        }
    }
}

/// Gives the lead a token for reaching the caller.
///
/// # Errors
/// When it may not, or intake does not give one.
pub async fn open(ctx: &Ctx, contact: &Contact) -> Result<RelayOpened, ContactError> {
    admit(ctx, contact, Opened::Contact).await?;
    let Contact {
        unit,
        order_id,
        generation,
        by,
    } = contact;
    Ok(ctx.intake.open_relay(*order_id, unit, *generation, by).await?)
}

/// Has the unit's phone `from` connected with the caller's.
///
/// # Errors
/// When it may not, or intake does not connect.
pub async fn call(
    ctx: &Ctx,
    contact: &Contact,
    (relay_token, call_id): (Uuid, Uuid),
    from: &str,
) -> Result<(), ContactError> {
    admit(ctx, contact, Opened::Call).await?;
    let body = serde_json::json!({
        "call_id": call_id, "order_id": contact.order_id, "unit": contact.unit, "generation": contact.generation,
        "from": from, "by": contact.by,
    });
    Ok(ctx.intake.call(relay_token, &body).await?)
}

async fn admit(ctx: &Ctx, contact: &Contact, what: Opened) -> Result<(), ContactError> {
    let mut conn = ctx.db.pool().acquire().await.map_err(DbError::from)?;
    let (order_id, unit) = (contact.order_id, contact.unit.as_str());
    let knows = documents::newest(&mut conn, order_id, unit).await?.is_some();
    let handling = handlings::get(&mut conn, order_id)
        .await?
        .ok_or(ActRefusal::UnknownOrder)?;
    handling.admit_contact(&contact.unit, contact.generation, knows)?;
    let now = ctx.db.clock().now();
    openings::note(&mut conn, now, order_id, (unit, &contact.by), what).await?;
    Ok(())
}
