//! The hotline corrected what an open order is about: it is decided again, as of its acceptance.
//!
//! Another lead, other co-handlers, duties, matter, area or terms make the next generation; the old unit loses the order,
//! open return requests end. When nothing of that differs, the generation goes on and the units are only told. A person's
//! decision stands unless matter or place changed. What units returned counts for the question they were asked: another
//! matter or place lets them in again, but the number of returns stays. What the text told is read again.
use super::changes::{Changes, GIVEN};
use super::directories::Directories;
use super::texts::{Reader, Texts};
use crate::domain::assignment::{Assignment, Settled, again, settle};
use crate::domain::decide::Place;
use crate::domain::order::{Order, OrderEvent, OrderState};
use crate::{events, store};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{MatterCode, OrderId};
use contracts::words::Urgency;
use db::{Conn, DbError, Results, Work};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// The use case.
pub struct AmendOrder {
    /// The directory in use.
    pub directories: Directories,
    /// What texts are read by.
    pub texts: Texts,
}

/// What is new of an order; `None` = as it was.
#[derive(Clone, PartialEq, Debug)]
pub struct Amendment {
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, … inside the order.
    pub number: i32,
    /// Entry of the catalogue; `Some(None)` = none any more.
    pub matter: Option<Option<MatterCode>>,
    /// Where.
    pub place: Option<Place>,
    /// All facts.
    pub facts: Option<BTreeMap<String, String>>,
    /// 紧急程度
    pub urgency: Option<Urgency>,
}

/// Why an amendment must wait.
#[derive(Debug, Error)]
pub enum AmendRefused {
    /// Its order's registration has not arrived.
    #[error("the order is not known yet")]
    OrderUnknown,
    /// There is nothing to decide by.
    #[error("no directory has been published yet")]
    NoDirectory,
}

impl Work for AmendOrder {
    const NAME: &'static str = "amend_order";
    type Command = Amendment;
    type Output = ();
    type Refusal = AmendRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Amendment>],
    ) -> Result<Results<Self>, DbError> {
        store::manual_queue::enter(conn).await?;
        let Some(directory) = self.directories.current(conn).await? else {
            return Ok(commands.iter().map(|_| Err(AmendRefused::NoDirectory)).collect());
        };
        let reader = self.texts.reader(conn, directory, now).await?;
        let mut results = Vec::with_capacity(commands.len());
        // The next amendment of an order is judged by what came of the one before.
        for round in rounds(commands) {
            results.extend(amend_each(conn, &reader, now, round).await?);
        }
        Ok(results)
    }
}

/// The commands in their order, cut before each that is about an order again.
fn rounds(commands: &[Asked<Amendment>]) -> Vec<&[Asked<Amendment>]> {
    let mut rounds = Vec::new();
    let (mut begin, mut seen) = (0, BTreeSet::new());
    for (position, asked) in commands.iter().enumerate() {
        if !seen.insert(asked.command.order_id) {
            rounds.push(&commands[begin..position]);
            begin = position;
            seen = BTreeSet::from([asked.command.order_id]);
        }
    }
    rounds.push(&commands[begin..]);
    rounds
}

/// At most one amendment of each order.
async fn amend_each(
    conn: &mut Conn,
    reader: &Reader,
    now: DateTime<Utc>,
    commands: &[Asked<Amendment>],
) -> Result<Vec<Result<(), AmendRefused>>, DbError> {
    let ids: Vec<_> = commands
        .iter()
        .map(|asked| asked.command.order_id.uuid())
        .collect();
    let mut orders = store::orders::load_for_update(conn, &ids).await?;
    let assignments = store::assignments::newest(conn, &ids).await?;
    let mut changes = Changes::default();
    let mut results = Vec::with_capacity(commands.len());
    for Asked { command, cause } in commands {
        let id = command.order_id.uuid();
        let Some(order) = orders.get_mut(&id) else {
            results.push(Err(AmendRefused::OrderUnknown));
            continue;
        };
        // An order that has ended, or has heard of a later amendment, stays as it is.
        if order.state.after(OrderEvent::Amended).is_ok() && order.amendment < command.number {
            let present = assignments.get(&id);
            *order = amend(reader, order, present, command, (now, cause), &mut changes);
            changes.orders.insert(id, order.clone());
        }
        results.push(Ok(()));
    }
    changes.write(conn).await?;
    Ok(results)
}

impl Amendment {
    /// Another matter or another place is another question.
    const fn asks_anew(&self) -> bool {
        self.matter.is_some() || self.place.is_some()
    }

    /// The order with what is new, its text read again for the rest: what it told for another matter need not hold.
    fn applied(&self, order: &Order, reader: &Reader) -> Order {
        let mut next = order.clone();
        next.amendment = self.number;
        let question = &mut next.question;
        question.forget_text();
        if let Some(matter) = &self.matter {
            question.matter.clone_from(matter);
        }
        if let Some(place) = &self.place {
            question.place = place.clone();
        }
        if let Some(facts) = &self.facts {
            question.facts.clone_from(facts);
        }
        question.urgency = self.urgency.or(question.urgency);
        if self.asks_anew() {
            question.excluded.clear();
        }
        let facts_given = self.facts.is_some() || !question.facts.is_empty();
        next.question = reader.conclude(question, &order.title, &order.text, facts_given);
        next
    }
}

fn amend(
    reader: &Reader,
    order: &Order,
    present: Option<&Assignment>,
    amendment: &Amendment,
    (now, cause): (DateTime<Utc>, &Cause),
    changes: &mut Changes,
) -> Order {
    let directory = &*reader.directory;
    let mut next = amendment.applied(order, reader);
    if amendment.matter.is_some() {
        changes.learn(directory, &next, GIVEN, now);
    }
    let id = next.order_id.uuid();
    let present = present.filter(|_| order.state == OrderState::Assigned);
    let by_person = present.filter(|present| !present.is_by_rules() && !amendment.asks_anew());
    let settled = by_person
        .and_then(|present| again(directory, &next, present, now))
        .map_or_else(
            || settle(directory, &next, now),
            |assignment| Settled::Assigned(Box::new(assignment)),
        );
    match settled {
        Settled::Assigned(settled) if present.is_some_and(|present| present.stands_as(&settled)) => {
            changes.facts.push(events::kept(&next, &settled, cause));
        }
        Settled::Undecided(waiting) if order.state == OrderState::Disputed && !amendment.asks_anew() => {
            changes.requeue_dispute(&mut next, *waiting, now, cause);
        }
        settled => {
            if matches!(settled, Settled::Assigned(_)) {
                changes.dequeued.push(id);
            }
            changes.settle(directory, &mut next, settled, cause);
            changes.ended.push(id);
        }
    }
    next
}
