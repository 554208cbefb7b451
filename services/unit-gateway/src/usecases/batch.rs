//! Orders that a slice of commands moves: loaded with one query per table, written with one statement per table.
use crate::documents::{self, Details, Telling};
use crate::domain::delivery::{NewDelivery, Notice, Origin};
use crate::domain::handling::Handling;
use crate::domain::order::OrderContent;
use crate::store::{documents as told, handlings, orders};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
use contracts::unit_documents::{UnitDocumentV1, UnitSupplementV1};
use db::{Conn, DbError};
use std::collections::{BTreeSet, HashMap};
use thiserror::Error;
use uuid::Uuid;

/// A fact about an order that was never assigned here, although such facts only follow what its units did here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the order was never assigned")]
pub struct NeverAssigned;

/// What is loaded, changed and queued.
pub(super) struct Batch {
    contents: HashMap<OrderId, OrderContent>,
    handlings: HashMap<OrderId, Handling>,
    changed: BTreeSet<OrderId>,
    documents: Vec<NewDelivery>,
}

impl Batch {
    /// Loads and locks the orders.
    pub(super) async fn load(
        conn: &mut Conn,
        order_ids: impl Iterator<Item = OrderId>,
    ) -> Result<Self, DbError> {
        let distinct: BTreeSet<Uuid> = order_ids.map(OrderId::uuid).collect();
        let order_ids: Vec<Uuid> = distinct.into_iter().collect();
        let handlings = handlings::lock(conn, &order_ids).await?;
        let contents = orders::load(conn, &order_ids).await?;
        Ok(Self {
            contents,
            handlings,
            changed: BTreeSet::new(),
            documents: Vec::new(),
        })
    }

    /// The handling of an order, with the effects of earlier commands of the slice.
    pub(super) fn handling(&self, order_id: OrderId) -> Option<&Handling> {
        self.handlings.get(&order_id)
    }

    /// Changes a handling; when `change` says so, it is written.
    pub(super) fn change(
        &mut self,
        order_id: OrderId,
        change: impl FnOnce(&mut Handling) -> bool,
    ) -> Result<bool, NeverAssigned> {
        let handling = self.handlings.get_mut(&order_id).ok_or(NeverAssigned)?;
        let changed = change(handling);
        if changed {
            self.changed.insert(order_id);
        }
        Ok(changed)
    }

    /// Puts a new generation in the place of an older one; answers that.
    pub(super) fn begin(&mut self, handling: Handling) -> Option<Handling> {
        self.changed.insert(handling.order_id);
        self.handlings.insert(handling.order_id, handling)
    }

    /// True when the content of the order is here.
    pub(super) fn is_registered(&self, order_id: OrderId) -> bool {
        self.contents.contains_key(&order_id)
    }

    /// The caller added something.
    pub(super) fn supplement(&mut self, order_id: OrderId, supplement: &UnitSupplementV1) {
        if let Some(content) = self.contents.get_mut(&order_id) {
            content.supplements.push(supplement.clone());
        }
    }

    /// What the caller added to an order.
    pub(super) fn supplements(&self, order_id: OrderId) -> &[UnitSupplementV1] {
        self.contents
            .get(&order_id)
            .map_or(&[], |content| &content.supplements)
    }

    /// Queues a document about a handling (as it stands, or as it stood) for one unit. Nothing is queued while the
    /// content of the order is not here: then nobody has heard of it, and its arrival tells who has it then.
    pub(super) fn tell(
        &mut self,
        handling: &Handling,
        to: (&UnitCode, bool),
        notice: Notice,
        note: Option<&str>,
        at: DateTime<Utc>,
        cause: &Cause,
    ) {
        self.tell_detailed(handling, to, notice, (note, &Details::None), at, cause);
    }

    /// The same, with more than words.
    pub(super) fn tell_detailed(
        &mut self,
        handling: &Handling,
        to: (&UnitCode, bool),
        notice: Notice,
        (note, details): (Option<&str>, &Details),
        at: DateTime<Utc>,
        cause: &Cause,
    ) {
        if let Some(content) = self.contents.get(&handling.order_id) {
            let (unit, lead) = to;
            let telling = Telling {
                id: Uuid::now_v7(),
                unit,
                lead,
                notice,
                note,
                details,
                at,
            };
            let document = documents::build(content, handling, &telling);
            self.queue(&document, &telling, cause);
        }
    }

    /// Queues a document for a unit that does not have the order.
    pub(super) fn tell_outsider(
        &mut self,
        order_id: OrderId,
        unit: &UnitCode,
        notice: Notice,
        (note, details): (Option<&str>, &Details),
        at: DateTime<Utc>,
        cause: &Cause,
    ) {
        if let Some(content) = self.contents.get(&order_id) {
            let telling = Telling {
                id: Uuid::now_v7(),
                unit,
                lead: false,
                notice,
                note,
                details,
                at,
            };
            let document = documents::for_outsider(content, &telling);
            self.queue(&document, &telling, cause);
        }
    }

    fn queue(&mut self, document: &UnitDocumentV1, telling: &Telling<'_>, cause: &Cause) {
        self.documents.push(NewDelivery {
            delivery_id: telling.id,
            order_id: document.subject,
            unit: telling.unit.clone(),
            generation: document.data.generation,
            rework: document.data.rework,
            notice: telling.notice,
            lead: telling.lead,
            document: documents::to_json(document),
            origin: Origin {
                correlation_id: cause.correlation_id,
                causation_id: cause.causation_id.map(contracts::ids::EventId::uuid),
                traceparent: cause.traceparent.clone(),
            },
        });
    }

    /// Queues a document for the lead.
    pub(super) fn tell_lead(
        &mut self,
        order_id: OrderId,
        notice: Notice,
        note: Option<&str>,
        at: DateTime<Utc>,
        cause: &Cause,
    ) {
        if let Some(handling) = self.handlings.get(&order_id).cloned() {
            self.tell(&handling, (handling.lead(), true), notice, note, at, cause);
        }
    }

    /// Queues a document for everyone who has the order now.
    pub(super) fn tell_all(
        &mut self,
        order_id: OrderId,
        notice: Notice,
        note: Option<&str>,
        at: DateTime<Utc>,
        cause: &Cause,
    ) {
        if let Some(handling) = self.handlings.get(&order_id).cloned() {
            for (unit, lead) in handling.units() {
                self.tell(&handling, (&unit.code, lead), notice, note, at, cause);
            }
        }
    }

    /// Writes what moved inside existing generations, and queues the documents.
    pub(super) async fn save(self, conn: &mut Conn, now: DateTime<Utc>) -> Result<(), DbError> {
        handlings::save(conn, &self.moved()).await?;
        told::insert(conn, now, &self.documents).await
    }

    /// Writes new generations, and queues the documents.
    pub(super) async fn save_begun(self, conn: &mut Conn, now: DateTime<Utc>) -> Result<(), DbError> {
        handlings::begin(conn, &self.moved()).await?;
        told::insert(conn, now, &self.documents).await
    }

    fn moved(&self) -> Vec<&Handling> {
        self.changed
            .iter()
            .filter_map(|order_id| self.handlings.get(order_id))
            .collect()
    }
}

/// The frame of most use cases: loads the orders of a slice of commands, carries the commands out one after the other, each of
/// which sees what those before it did, and writes what came of them.
pub(super) async fn each<C: Sync, R: Send>(
    conn: &mut Conn,
    now: DateTime<Utc>,
    commands: &[Asked<C>],
    order_id: impl Fn(&C) -> OrderId + Send,
    mut act: impl FnMut(&mut Batch, &C, &Cause) -> Result<(), R> + Send,
) -> Result<Vec<Result<(), R>>, DbError> {
    let mut batch = Batch::load(conn, commands.iter().map(|asked| order_id(&asked.command))).await?;
    let results = commands
        .iter()
        .map(|asked| act(&mut batch, &asked.command, &asked.cause))
        .collect();
    batch.save(conn, now).await?;
    Ok(results)
}
