//! Whether a unit may reach the caller now, decided where the handling is, and written down. Intake, which alone knows the
//! number, then gives the token and has the call connected: over HTTP and not by event, because a person waits for the answer,
//! and a number must be in no event.
use crate::domain::handling::ActRefusal;
use crate::store::openings::{self, Opened};
use crate::store::{documents, handlings};
use contracts::ids::{OrderId, UnitCode};
use db::{Db, DbError};

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

/// Lets the lead ask for a token (`calls` = false) or call with one.
///
/// # Errors
/// When the database fails; the inner one says why it may not.
pub async fn admit_contact(
    db: &Db,
    contact: &Contact,
    calls: bool,
) -> Result<Result<(), ActRefusal>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let (order_id, unit) = (contact.order_id, contact.unit.as_str());
    let knows = documents::newest(&mut conn, order_id, unit).await?.is_some();
    let Some(handling) = handlings::get(&mut conn, order_id).await? else {
        return Ok(Err(ActRefusal::UnknownOrder));
    };
    if let Err(refusal) = handling.admit_contact(&contact.unit, contact.generation, knows) {
        return Ok(Err(refusal));
    }
    let what = if calls { Opened::Call } else { Opened::Contact };
    openings::note(&mut conn, db.clock().now(), order_id, (unit, &contact.by), what).await?;
    Ok(Ok(()))
}
