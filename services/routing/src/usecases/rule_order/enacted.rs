//! The version that a ruling makes, and what it does when it is published.
use super::Command;
use crate::domain::assignment::{Assignment, rule};
use crate::domain::directory::Directory;
use crate::domain::order::{Order, OrderEvent};
use crate::domain::ruling::{self, Unruly};
use crate::domain::snapshot::{DutyRow, Snapshot};
use crate::pack;
use crate::store::directory_versions::VersionRow;
use crate::store::rulings::RulingRow;
use crate::usecases::changes::Changes;
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::UnitCode;
use db::{Conn, DbError};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The next version, not yet published.
pub(super) struct Enacted {
    directory: Arc<Directory>,
    duty: DutyRow,
    bytes: Vec<u8>,
    hash: String,
    /// The order that was ruled about, as it was, and what the duty answers of it.
    before: Order,
    order: Order,
}

/// What waited when the queue was looked through.
#[derive(Default)]
pub(super) struct Seen {
    /// Every order that waited, with the mark of its place.
    marks: HashMap<Uuid, String>,
    /// Those that the duty decides.
    decided: Vec<Uuid>,
}

/// The version that a ruling about this order makes; or why it makes none, with the order.
pub(super) async fn enacted(
    conn: &mut Conn,
    present: &Directory,
    order: Order,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<Result<Enacted, (Unruly, Order)>, DbError> {
    let version = present.version();
    let code = format!("HS{:06}", version + 1);
    let today = present.local(now).date();
    let question = ruling::ruled_question(present, &order, &command.ruling);
    let duty = match ruling::duty(present, &question, &command.ruling, code, today) {
        Ok(duty) => duty,
        Err(unruly) => return Ok(Err((unruly, order))),
    };
    let (directory, duty, bytes, hash) = enact(conn, version, duty).await?;
    let asked = ruling::as_if_valid(&directory, &question, duty.dates);
    if let Err(unruly) = ruling::decided_by(&directory, &asked, &duty.code) {
        return Ok(Err((unruly, order)));
    }
    Ok(Ok(Enacted {
        directory: Arc::new(directory),
        duty,
        bytes,
        hash,
        order: Order {
            question,
            ..order.clone()
        },
        before: order,
    }))
}

/// Makes the version that has the duty; that is work for a thread of its own.
async fn enact(
    conn: &mut Conn,
    version: i64,
    duty: DutyRow,
) -> Result<(Directory, DutyRow, Vec<u8>, String), DbError> {
    let bad = move |problem: &dyn std::fmt::Display| {
        DbError::inconsistent("directory_versions", "snapshot", &version, problem)
    };
    let bytes = store::directory_versions::snapshot(conn, version)
        .await?
        .ok_or_else(|| bad(&"is gone"))?;
    let built = tokio::task::spawn_blocking(move || {
        let mut snapshot: Snapshot = serde_json::from_slice(&bytes).map_err(|error| bad(&error))?;
        let duty = ruling::enact(&mut snapshot, duty);
        let (bytes, hash) = pack::encode(&snapshot).map_err(|error| bad(&error))?;
        let directory = Directory::new(version + 1, snapshot).map_err(|error| bad(&error))?;
        Ok((directory, duty, bytes, hash))
    });
    built.await.map_err(|error| bad(&error))?
}

impl Enacted {
    /// True when it was made of the order as it is.
    pub fn is_of(&self, order: &Order) -> bool {
        self.before == *order
    }

    /// Looks through what waits: only through what came or changed since it was looked through before.
    pub async fn look(&self, conn: &mut Conn, seen: Seen) -> Result<Seen, DbError> {
        let marks = store::manual_queue::waiting(conn).await?;
        let is_fresh = |id: &Uuid, mark: &String| seen.marks.get(id) != Some(mark);
        let fresh: Vec<Uuid> = marks
            .iter()
            .filter_map(|(id, mark)| is_fresh(id, mark).then_some(*id))
            .collect();
        let mut decided: Vec<Uuid> = seen.decided;
        decided.retain(|id| marks.contains_key(id) && !fresh.contains(id));
        let found = store::orders::load(conn, &fresh).await?;
        decided.extend(
            found
                .iter()
                .filter(|order| self.decides(order))
                .map(|order| order.order_id.uuid()),
        );
        Ok(Seen { marks, decided })
    }

    /// Publishes the version, and assigns the order and all that waited for it.
    pub async fn take_effect(
        self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        command: &Command,
        seen: Seen,
        cause: &Cause,
    ) -> Result<(RulingRow, Arc<Directory>), DbError> {
        let order = self.order.clone();
        let version = VersionRow {
            version: self.directory.version(),
            content_hash: self.hash.clone(),
            pack_hash: None,
            published_at: now,
            published_by: command.by.clone(),
            note: format!("会商定规 {}：{}", self.duty.code, self.duty.basis),
            draft_id: None,
            drafted_by: Vec::new(),
            override_reason: None,
        };
        store::directory_versions::insert(conn, &version, &self.bytes).await?;
        let mut changes = Changes::default();
        changes.facts.push(events::directory_published(
            version.version,
            self.directory.calendars(),
            now,
            &order.within(cause),
        ));
        let lead = command.ruling.lead.0.clone();
        let mut assigned = vec![order.order_id.uuid()];
        let others = self.waiting_for_it(conn, seen).await?;
        for order in std::iter::once(order).chain(others) {
            let id = order.order_id.uuid();
            if let Some(settled) = self.answer(&order, &command.by, now) {
                assigned.extend((!assigned.contains(&id)).then_some(id));
                self.assign(order, settled, cause, &mut changes);
            }
        }
        changes.write(conn).await?;
        let row = RulingRow {
            ruling_id: Uuid::now_v7(),
            order_id: command.order_id.uuid(),
            duty: self.duty,
            directory_version: version.version,
            lead,
            minutes: command.minutes.clone(),
            orders: assigned,
            ruled_by: command.by.clone(),
            ruled_at: now,
            attempt: command
                .attempt
                .as_ref()
                .map(|(key, hash)| (key.clone(), hash.to_vec())),
        };
        store::rulings::insert(conn, &row).await?;
        Ok((row, self.directory))
    }

    /// The waiting orders that the duty decides, locked, beside the one that was ruled about.
    async fn waiting_for_it(&self, conn: &mut Conn, seen: Seen) -> Result<Vec<Order>, DbError> {
        let mut ids = seen.decided;
        ids.retain(|id| *id != self.order.order_id.uuid());
        ids.sort_unstable();
        let mut locked = store::orders::load_for_update(conn, &ids).await?;
        let orders = ids.iter().filter_map(|id| locked.remove(id));
        Ok(orders
            .filter(|order| order.state.after(OrderEvent::Ruled).is_ok() && self.decides(order))
            .collect())
    }

    fn decides(&self, order: &Order) -> bool {
        let asked = ruling::as_if_valid(&self.directory, &order.question, self.duty.dates);
        ruling::decided_by(&self.directory, &asked, &self.duty.code).is_ok()
    }

    fn answer(&self, order: &Order, by: &str, now: DateTime<Utc>) -> Option<Assignment> {
        let asked = ruling::as_if_valid(&self.directory, &order.question, self.duty.dates);
        let (decision, lead) = ruling::decided_by(&self.directory, &asked, &self.duty.code).ok()?;
        let said = (by, self.duty.code.as_str(), self.duty.basis.as_str());
        Some(rule(&self.directory, order, (&asked, &decision, lead), said, now))
    }

    /// Whoever the ruling names is in again, whatever it returned before.
    fn assign(&self, mut order: Order, mut settled: Assignment, cause: &Cause, changes: &mut Changes) {
        let named = |code: &UnitCode| {
            settled.lead.code == *code || settled.co_handlers.iter().any(|co| co.code == *code)
        };
        order.question.excluded.retain(|code| !named(code));
        settled.question = order.question.clone();
        let id = order.order_id.uuid();
        let cause = order.within(cause);
        changes.assign(&self.directory, &mut order, settled, &cause);
        changes.orders.insert(id, order);
        changes.dequeued.push(id);
        changes.ended.push(id);
    }
}
