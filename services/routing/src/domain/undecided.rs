//! A time when nobody could be named for an order; never changed, and kept when the order leaves the queue.
use crate::domain::assignment::{Settled, Waiting, settle};
use crate::domain::decide::Question;
use crate::domain::directory::Directory;
use crate::domain::order::Order;

/// One such time.
#[derive(Clone, PartialEq, Debug)]
pub struct UndecidedRecord {
    /// 1, 2, 3, …: how often it has happened to the order. The table counts: 0 until it is stored.
    pub number: i32,
    /// Why, by which directory version, when, and which units were in question.
    pub waiting: Waiting,
    /// What was asked.
    pub question: Question,
    /// Upheld returns before it.
    pub bounces: i32,
}

impl UndecidedRecord {
    /// What is kept of an order that begins to wait.
    #[must_use]
    pub fn of(order: &Order, waiting: &Waiting) -> Self {
        Self {
            number: 0,
            waiting: waiting.clone(),
            question: order.question.clone(),
            bounces: order.bounces,
        }
    }

    /// True when the directory gives this answer to the question: the same explanation, and nobody in question whom the
    /// order does not know. A disputed order may have a duty's answer; its returns are what made it wait.
    #[must_use]
    pub fn is_answer_of(&self, directory: &Directory, order: &Order) -> bool {
        let then = Order {
            question: self.question.clone(),
            bounces: self.bounces,
            ..order.clone()
        };
        let (named, explanation) = match settle(directory, &then, self.waiting.entered_at) {
            Settled::Undecided(again) => (again.candidates, again.explanation),
            Settled::Assigned(again) => (vec![again.lead], again.explanation),
        };
        explanation == self.waiting.explanation
            && named.iter().all(|unit| self.waiting.candidates.contains(unit))
    }
}
