//! A decision that named nobody, as it was made: kept for good, while the queue only shows the present one.
use crate::domain::assignment::Waiting;
use crate::domain::decide::Question;
use crate::domain::order::{Order, OrderState};

/// One decision without a lead; never changed.
#[derive(Clone, PartialEq, Debug)]
pub struct UndecidedDecision {
    /// What the order became: undecided or disputed.
    pub state: OrderState,
    /// What was asked: with the directory version, everything a replay needs.
    pub question: Question,
    /// Upheld returns before it.
    pub bounces: i32,
    /// Why, since when and by which directory.
    pub waiting: Waiting,
}

impl UndecidedDecision {
    /// The decision that has just been made about an order, in the state that it has now.
    #[must_use]
    pub fn about(order: &Order, waiting: Waiting) -> Self {
        Self {
            state: order.state,
            question: order.question.clone(),
            bounces: order.bounces,
            waiting,
        }
    }
}
