//! What a slice of commands changes, gathered first and then written with one statement per table.
use crate::domain::assignment::{Assignment, Settled, Waiting};
use crate::domain::directory::Directory;
use crate::domain::dispute::Dispute;
use crate::domain::manual::QueuePlace;
use crate::domain::order::{Order, OrderState};
use crate::domain::returns::{Return, window_ends};
use crate::domain::undecided::UndecidedDecision;
use crate::store::examples::ExampleRow;
use crate::store::helpers::Helper;
use crate::{events, store};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The agent who registered the order gave the matter.
pub(super) const GIVEN: &str = "given";
/// A dispatcher gave or confirmed it.
pub(super) const DISPATCHER: &str = "dispatcher";

/// Rows to write and facts to tell.
#[derive(Default)]
pub(super) struct Changes {
    /// Orders that were not known.
    pub new_orders: Vec<Order>,
    /// Orders that changed, as they are now.
    pub orders: BTreeMap<Uuid, Order>,
    assignments: Vec<Assignment>,
    queued: Vec<(QueuePlace, UndecidedDecision)>,
    /// Orders that leave the queue.
    pub dequeued: Vec<Uuid>,
    /// Units that begin to help.
    pub helpers: Vec<Helper>,
    /// Requests that were not known.
    pub new_returns: Vec<Return>,
    /// Requests that were reviewed.
    pub reviewed: BTreeMap<Uuid, Return>,
    /// Orders whose other open requests end.
    pub ended: Vec<Uuid>,
    /// Orders whose matter a person gave or confirmed.
    examples: Vec<ExampleRow>,
    /// In the order in which they became true.
    pub facts: Vec<Fact>,
}

impl Changes {
    /// The order is assigned: its next generation.
    pub fn assign(
        &mut self,
        directory: &Directory,
        order: &mut Order,
        assignment: Assignment,
        cause: &Cause,
    ) {
        order.state = OrderState::Assigned;
        order.generation = assignment.generation;
        order.question = assignment.question.clone();
        let return_until = window_ends(directory, &assignment);
        self.facts
            .push(events::assigned(order, &assignment, return_until, cause));
        self.assignments.push(assignment);
    }

    /// What the rules said of an order.
    pub fn settle(&mut self, directory: &Directory, order: &mut Order, settled: Settled, cause: &Cause) {
        match settled {
            Settled::Assigned(assignment) => self.assign(directory, order, *assignment, cause),
            Settled::Undecided(waiting) => {
                order.state = OrderState::Undecided;
                self.facts.push(events::undecided(&waiting, cause));
                self.queue(order, *waiting);
            }
        }
    }

    /// Nobody owns the order: it waits for a ruling.
    pub fn dispute(&mut self, order: &mut Order, waiting: Waiting, now: DateTime<Utc>, cause: &Cause) {
        order.state = OrderState::Disputed;
        self.facts.push(events::disputed(order, &waiting, now, cause));
        self.queue(order, waiting);
    }

    /// A disputed order was amended and still has no lead: it waits on, as disputed as before.
    pub fn requeue_dispute(
        &mut self,
        order: &mut Order,
        waiting: Waiting,
        now: DateTime<Utc>,
        cause: &Cause,
    ) {
        let waiting = Waiting {
            reason: Dispute::NoLead.code().to_owned(),
            ..waiting
        };
        self.dispute(order, waiting, now, cause);
    }

    fn queue(&mut self, order: &Order, waiting: Waiting) {
        let place = QueuePlace {
            urgency_rank: order.urgency_rank(),
            accepted_at: order.accepted_at(),
            order_id: order.order_id,
        };
        self.queued
            .push((place, UndecidedDecision::about(order, waiting)));
    }

    /// A person gave or confirmed the order's matter: an example for reading texts.
    pub fn learn(&mut self, directory: &Directory, order: &Order, source: &'static str, now: DateTime<Utc>) {
        let matter = order
            .question
            .matter
            .as_ref()
            .map(contracts::ids::MatterCode::as_str);
        if let Some(matter) = matter.filter(|code| directory.matters.find(code).is_some()) {
            self.examples.push(ExampleRow {
                order_id: order.order_id.uuid(),
                matter: matter.to_owned(),
                source,
                learned_at: now,
            });
        }
    }

    /// Writes everything.
    pub async fn write(self, conn: &mut Conn) -> Result<(), DbError> {
        store::orders::insert(conn, &self.new_orders).await?;
        store::orders::update(conn, &self.orders.into_values().collect::<Vec<_>>()).await?;
        store::assignments::insert(conn, &self.assignments).await?;
        store::helpers::insert(conn, &self.helpers).await?;
        store::examples::insert(conn, &self.examples).await?;
        store::manual_queue::delete(conn, &self.dequeued).await?;
        let entries: Vec<_> = self
            .queued
            .iter()
            .map(|(place, decision)| store::manual_queue::Entry {
                place: place.clone(),
                waiting: &decision.waiting,
            })
            .collect();
        store::manual_queue::insert(conn, &entries).await?;
        let undecided: Vec<_> = self.queued.iter().map(|(_, decision)| decision).collect();
        store::undecided_decisions::insert(conn, &undecided).await?;
        store::returns::insert(conn, &self.new_returns).await?;
        store::returns::review(conn, &self.reviewed.into_values().collect::<Vec<_>>()).await?;
        store::returns::make_stale(conn, &self.ended).await?;
        bus::outbox::append(conn, &self.facts).await
    }
}
