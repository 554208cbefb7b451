//! The manual queue: orders that only a person can decide, one dispatcher at a time on each.
use crate::domain::assignment::Waiting;
use crate::domain::decide::Question;
use crate::domain::order::OrderState;
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};

/// Where an order stands in the queue: emergencies first, then oldest. Also the cursor of the list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct QueuePlace {
    /// 0 emergency, 1 urgent, 2 ordinary.
    pub urgency_rank: i16,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
    /// The order.
    pub order_id: OrderId,
}

/// A dispatcher's hold on an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// `agent:<subject>`
    pub by: String,
    /// Then others may take it.
    pub until: DateTime<Utc>,
}

impl Claim {
    /// True while another than `by` may not work on the order.
    #[must_use]
    pub fn keeps_out(&self, by: &str, now: DateTime<Utc>) -> bool {
        self.by != by && now < self.until
    }
}

/// One order of the queue, with what a dispatcher needs to see.
#[derive(Clone, PartialEq, Debug)]
pub struct QueueItem {
    /// Where it stands.
    pub place: QueuePlace,
    /// Why it waits.
    pub waiting: Waiting,
    /// Who works on it.
    pub claim: Option<Claim>,
    /// Number people use.
    pub order_number: String,
    /// One line, personal data masked.
    pub title: String,
    /// What is wanted, personal data masked.
    pub text: String,
    /// What the directory was asked.
    pub question: Question,
    /// `undecided` or `disputed`.
    pub state: OrderState,
    /// Newest assignment; 0 = none yet.
    pub generation: i32,
    /// How many returns of it were upheld.
    pub bounces: i32,
}
