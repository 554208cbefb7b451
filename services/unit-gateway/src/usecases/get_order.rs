//! One order as a unit may see it: the newest document it got, where the order stands, and what the unit did. The unit
//! above the one that has the order sees the same as that unit's document, and may not act. Every look is written down.
use crate::domain::handling::{Handling, State};
use crate::store::actions::{ActionSeen, Part};
use crate::store::openings::{self, Opened};
use crate::store::{actions, directory_copy, documents, handlings, orders};
use contracts::ids::{OrderId, UnitCode};
use contracts::unit_documents::UnitDocumentV1;
use db::{Conn, Db, DbError};

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
    /// The unit below this one that has the order; this one only reads.
    pub sub_unit: Option<UnitCode>,
    /// True while a return request is under review.
    pub return_pending: bool,
    /// True while an extension request is under review.
    pub extension_pending: bool,
    /// True while a suspension request is under review.
    pub suspension_pending: bool,
    /// What the unit (or the one below it) did, oldest first.
    pub actions: Vec<ActionSeen>,
    /// What the units that help said of their parts, oldest first; for the lead.
    pub parts: Vec<Part>,
}

/// Reads; `None` when the unit never had the order and is not above the one that has it. `by` = subject of the reader.
///
/// # Errors
/// When the database fails; nothing is shown that is not written down.
pub async fn get_order(
    db: &Db,
    unit: &UnitCode,
    by: &str,
    order_id: OrderId,
) -> Result<Option<SeenOrder>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let handling = handlings::get(&mut conn, order_id).await?;
    let sub_unit = sub_unit(&mut conn, unit, handling.as_ref()).await?;
    let of = sub_unit.as_ref().unwrap_or(unit);
    let Some(document) = documents::newest(&mut conn, order_id, of.as_str()).await? else {
        return Ok(None);
    };
    let mut document: UnitDocumentV1 = serde_json::from_str(&document)
        .map_err(|error| DbError::inconsistent("documents", "document", &order_id, &error))?;
    if sub_unit.is_some() && document.data.confidential {
        return Ok(None);
    }
    if let Some(left_out) = document.data.supplements_left_out.take() {
        // What is shown here has no limit; what came after the document is not told before its own document tells it.
        let told = left_out as usize + document.data.supplements.len();
        document.data.supplements = orders::first_supplements(&mut conn, order_id, told).await?;
    }
    let what = sub_unit
        .as_ref()
        .map_or(Opened::Order, |_| Opened::OrderOfSubUnit);
    openings::note(&mut conn, db.clock().now(), order_id, (unit.as_str(), by), what).await?;
    let leads = |h: &Handling| h.lead() == of;
    let current = handling.as_ref().filter(|h| leads(h) || h.is_co_handler(of));
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
    let acts = |h: &Handling| leads(h) && !h.state.is_over() && !matches!(h.state, State::Replied { .. });
    Ok(Some(SeenOrder {
        generation: handling.as_ref().map_or(0, |h| h.generation),
        rework: handling.as_ref().map_or(0, |h| h.rework),
        parts,
        document,
        state: current.map_or("revoked", |h| h.state.as_str()),
        responsible: sub_unit.is_none() && current.is_some_and(acts),
        extension_pending: current.is_some_and(|h| leads(h) && h.extension_id.is_some()),
        suspension_pending: current.is_some_and(|h| leads(h) && h.suspension_id.is_some()),
        return_pending: current.is_some_and(|h| leads(h) && h.return_id.is_some()),
        actions: actions::of_unit(&mut conn, order_id, of.as_str(), ACTIONS_MAX).await?,
        sub_unit,
    }))
}

/// The lead, when `unit` stands above it and has no part in the order itself.
async fn sub_unit(
    conn: &mut Conn,
    unit: &UnitCode,
    handling: Option<&Handling>,
) -> Result<Option<UnitCode>, DbError> {
    let Some(handling) = handling.filter(|h| h.lead() != unit && !h.is_co_handler(unit)) else {
        return Ok(None);
    };
    let above = directory_copy::parent(conn, handling.lead().as_str()).await?;
    Ok((above.as_deref() == Some(unit.as_str())).then(|| handling.lead().clone()))
}
