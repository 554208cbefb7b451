//! An order as callback sees it, with its tasks: every fact and every answer goes through here.
//!
//! Surprise: registration, assignment and reply may arrive in any order after a replay, so each is remembered
//! and a task becomes due when all three are there. Whatever is older than what is known has no effect.
mod amending;
mod answering;
mod holding;

use crate::domain::{
    Assignment, Happening, NotCalled, Order, OrderState, Policies, Registration, Reply, Task, TaskState,
};
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use contracts::words::Outcome;

/// An order and its tasks: all that are live, and those that a command names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The order.
    pub order: Order,
    /// Its tasks.
    pub tasks: Vec<Task>,
}

impl Case {
    /// An order nothing is known of.
    #[must_use]
    pub const fn unknown(order_id: OrderId) -> Self {
        let order = Order {
            order_id,
            correlation_id: None,
            registration: None,
            amendment: 0,
            assignment: None,
            rework: 0,
            held_by: None,
            state: OrderState::Open,
        };
        Self {
            order,
            tasks: Vec::new(),
        }
    }

    /// Generation of the newest assignment; 0 = none.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.order
            .assignment
            .as_ref()
            .map_or(0, |assignment| assignment.generation)
    }

    fn is_closed(&self) -> bool {
        matches!(self.order.state, OrderState::Closed { .. })
    }

    /// The order becomes known.
    pub fn register(
        &mut self,
        registration: &Registration,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        self.order
            .registration
            .get_or_insert_with(|| registration.clone());
        if let Some(assignment) = self.order.assignment.clone() {
            self.go_by(&assignment);
        }
        self.settle(policies, now)
    }

    /// The order gets a unit, or another one: what the unit before has replied does not matter any more.
    pub fn assign(
        &mut self,
        assignment: &Assignment,
        policies: &Policies,
        now: DateTime<Utc>,
    ) -> Vec<Happening> {
        if assignment.generation <= self.generation() || self.is_closed() {
            return Vec::new();
        }
        self.order.assignment = Some(assignment.clone());
        self.go_by(assignment);
        self.order.rework = 0;
        self.order.state = OrderState::Open;
        self.supersede((assignment.generation, 0), now);
        self.settle(policies, now)
    }

    /// What the decision was made by is what the order is about, whatever was registered; and it is as urgent as that.
    fn go_by(&mut self, assignment: &Assignment) {
        if let Some(registration) = &mut self.order.registration {
            registration.routed = assignment.urgency;
            if let Some(matter) = &assignment.matter {
                registration.matter = Some(matter.clone());
            }
        }
    }

    /// The hotline took the order from its unit: what that has replied does not matter any more, and nobody is called
    /// about it. A reply of the next unit, which a replay may tell first, goes on waiting for its assignment.
    pub fn withdraw(&mut self, now: DateTime<Utc>) {
        if !self.is_closed() {
            self.order.state = OrderState::Open;
            self.supersede((self.generation() + 1, 0), now);
        }
    }

    /// The order left the hotline before its end: nobody is called about it, and nothing that comes later counts.
    pub fn end(&mut self, outcome: Outcome, at: DateTime<Utc>) {
        if !self.is_closed() {
            self.supersede((i32::MAX, 0), at);
            self.order.state = OrderState::Closed { outcome, at };
        }
    }

    /// The unit says it is done.
    pub fn reply(&mut self, reply: &Reply, policies: &Policies, now: DateTime<Utc>) -> Vec<Happening> {
        let round = (reply.generation, reply.rework);
        let newest = (self.generation(), self.order.rework);
        // An answer that only waits for an outcome is not asked for again.
        let answered = matches!(self.order.state, OrderState::Held { .. }) && round == newest;
        let stale = round < newest || answered;
        if stale || self.is_closed() || self.tasks.iter().any(|task| task.round() >= round) {
            return Vec::new();
        }
        self.supersede(round, now);
        self.order.state = OrderState::Open;
        self.tasks.push(Task::for_reply(self.order.order_id, reply));
        self.settle(policies, now)
    }

    /// Ends live tasks of rounds before `round`.
    fn supersede(&mut self, round: (i32, i32), now: DateTime<Utc>) {
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| task.is_live() && task.round() < round)
        {
            task.state = TaskState::Superseded(now);
        }
    }

    /// Makes a waiting task due once everything about it is known.
    fn settle(&mut self, policies: &Policies, now: DateTime<Utc>) -> Vec<Happening> {
        let generation = self.generation();
        let Some(registration) = self.order.registration.clone() else {
            return Vec::new();
        };
        if self.is_closed() {
            return Vec::new();
        }
        let Some(task) = self
            .tasks
            .iter_mut()
            .find(|task| task.state == TaskState::Waiting && task.generation == generation)
        else {
            return Vec::new();
        };
        self.order.rework = task.rework;
        let policy = policies.of(&registration);
        // Nobody is asked whether it is true: a claim of success is taken. An admitted failure is for the desk where
        // nobody is called by this hotline; a caller who is only not in the share is asked then.
        let why = policy.not_called(self.order.order_id, &registration);
        if why.is_some() && task.claims.solved {
            task.state = TaskState::NotCalled {
                at: now,
                why,
                reworked: false,
            };
            return self.close(registration.complaint_id, Outcome::NotCalled, now);
        }
        task.state = TaskState::Due;
        let first = policy
            .attempt(&registration, 0)
            .filter(|_| !why.is_some_and(NotCalled::is_final));
        match first {
            Some(first) => answering::schedule(task, first, now, policy, policies),
            None => task.leave_to_desk(now),
        }
        self.order.state = OrderState::CallingBack;
        vec![Happening::Scheduled(task.about(), task.due_at)]
    }
}

#[cfg(test)]
mod tests;
