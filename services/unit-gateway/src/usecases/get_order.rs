//! One order as a unit may see it: the newest document it got, where the order stands, and what the unit did.
use crate::domain::handling::{Handling, State};
use crate::store::actions::{ActionSeen, Part};
use crate::store::{actions, documents, handlings};
use contracts::ids::{OrderId, UnitCode};
use contracts::unit_documents::UnitDocumentV1;
use db::{Db, DbError};

/// Newest actions shown.
const ACTIONS_MAX: i64 = 100;

/// An order seen by a unit.
#[derive(Debug)]
pub struct SeenOrder {
    /// The newest document about it.
    pub document: UnitDocumentV1,
    /// Generation of the newest assignment.
    pub generation: i32,
    /// Its round.
    pub rework: i32,
    /// Where it stands for this unit: `revoked` when it is no longer its order.
    pub state: &'static str,
    /// True when the unit may act as the lead now.
    pub responsible: bool,
    /// True while a return request is under review.
    pub return_pending: bool,
    /// True while an extension request is under review.
    pub extension_pending: bool,
    /// What the unit did, oldest first.
    pub actions: Vec<ActionSeen>,
    /// What the units that help said of their parts, oldest first; for the lead.
    pub parts: Vec<Part>,
}

/// Reads; `None` when the unit never had the order.
///
/// # Errors
/// When the database fails.
pub async fn get_order(db: &Db, unit: &UnitCode, order_id: OrderId) -> Result<Option<SeenOrder>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(document) = documents::newest(&mut conn, order_id, unit.as_str()).await? else {
        return Ok(None);
    };
    let document = serde_json::from_str(&document)
        .map_err(|error| DbError::inconsistent("documents", "document", &order_id, &error))?;
    let handling = handlings::get(&mut conn, order_id).await?;
    let leads = |h: &Handling| h.lead() == unit;
    let current = handling.as_ref().filter(|h| leads(h) || h.is_co_handler(unit));
    let helpers: Vec<String> = current
        .filter(|h| leads(h))
        .map(|h| {
            h.assignment
                .co_handlers
                .iter()
                .map(|co| co.code.0.clone())
                .collect()
        })
        .unwrap_or_default();
    let parts = if helpers.is_empty() {
        Vec::new()
    } else {
        actions::parts(&mut conn, order_id, &helpers, ACTIONS_MAX).await?
    };
    Ok(Some(SeenOrder {
        generation: handling.as_ref().map_or(0, |h| h.generation),
        rework: handling.as_ref().map_or(0, |h| h.rework),
        parts,
        document,
        state: current.map_or("revoked", |h| h.state.as_str()),
        responsible: current
            .is_some_and(|h| leads(h) && !h.state.is_over() && !matches!(h.state, State::Replied { .. })),
        extension_pending: current.is_some_and(|h| leads(h) && h.extension_id.is_some()),
        return_pending: current.is_some_and(|h| leads(h) && h.return_id.is_some()),
        actions: actions::of_unit(&mut conn, order_id, unit.as_str(), ACTIONS_MAX).await?,
    }))
}
