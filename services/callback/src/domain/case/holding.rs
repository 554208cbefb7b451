//! What a coordination outcome 协调结果 does to a case: while it is not carried out, the order does not close. An answer that
//! would have ended it waits and is not asked for again.
use super::Case;
use crate::domain::{Happening, OrderState};
use chrono::{DateTime, Utc};
use contracts::ids::{ComplaintId, OutcomeId};
use contracts::words::Outcome;

impl Case {
    /// An outcome is recorded. An order that has ended stays so.
    pub fn hold(&mut self, outcome_id: OutcomeId) {
        if !self.is_closed() {
            self.order.held_by = Some(outcome_id);
        }
    }

    /// An outcome is carried out, or given up: what waited for it happens.
    pub fn release(&mut self, outcome_id: OutcomeId, now: DateTime<Utc>) -> Vec<Happening> {
        if self.order.held_by != Some(outcome_id) {
            return Vec::new();
        }
        self.order.held_by = None;
        let complaint_id = self.order.registration.as_ref().map(|known| known.complaint_id);
        match (self.order.state, complaint_id) {
            (OrderState::Held { outcome, .. }, Some(complaint_id)) => self.close(complaint_id, outcome, now),
            _ => Vec::new(),
        }
    }

    /// The order ends, or waits for its end.
    pub(super) fn close(
        &mut self,
        complaint_id: ComplaintId,
        outcome: Outcome,
        at: DateTime<Utc>,
    ) -> Vec<Happening> {
        if self.order.held_by.is_some() {
            self.order.state = OrderState::Held { outcome, at };
            return Vec::new();
        }
        self.order.state = OrderState::Closed { outcome, at };
        vec![Happening::Closed(complaint_id, outcome, None, at)]
    }
}
