//! What the platform acknowledged: every promise that the checks afterwards hold it to.
use super::Route;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// One acknowledged command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// `register`, `sign`, `respond`, `progress`, `reply`, `answer`, `request a return`, `review`.
    pub command: &'static str,
    /// How often it had to be sent until there was a definite answer.
    pub sent: u32,
}

/// One lifecycle as its drivers saw it.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Key under which the complaint was registered.
    pub key: String,
    /// The unit that the pack expects to lead.
    pub unit: String,
    /// How it was to go.
    pub route: Route,
    /// The complaint, once accepted.
    pub complaint_id: Option<Uuid>,
    /// Its order, once accepted.
    pub order_id: Option<Uuid>,
    /// Every command that was acknowledged, in order.
    pub acknowledged: Vec<Acknowledged>,
    /// Where it stopped and why; `None` when the order was closed.
    pub stuck: Option<String>,
}

/// Every lifecycle so far.
#[derive(Default)]
pub struct History {
    records: Mutex<Vec<Record>>,
}

impl History {
    pub(super) fn keep(&self, record: Record) {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(record);
    }

    /// A copy of all records.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The lifecycles that did not end.
    #[must_use]
    pub fn stuck(&self) -> Vec<Record> {
        self.records()
            .into_iter()
            .filter(|record| record.stuck.is_some())
            .collect()
    }
}
