//! `order.assigned`: a new generation. The lead and the helpers get the order, whoever had it before is told.
use crate::SERVICE;
use crate::domain::order::Assignment;
use crate::usecases::begin_assignment::{BeginAssignment, BeginAssignments};
use bus::{Handler, Verdict};
use contracts::routing::OrderAssignedV1;
use std::collections::BTreeSet;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderAssignedV1, _, _, _>(
        SERVICE,
        "on_order_assigned",
        BeginAssignments,
        |envelope| {
            let event = envelope.data;
            let mut seen = BTreeSet::from([event.lead.code.clone()]);
            let co_handlers = event
                .co_handlers
                .into_iter()
                .filter(|co| seen.insert(co.code.clone()))
                .collect();
            BeginAssignment {
                order_id: event.order_id,
                generation: event.generation,
                assignment: Assignment {
                    lead: event.lead,
                    co_handlers,
                    matter: event.matter,
                    terms: event.terms,
                    assigned_at: event.assigned_at,
                    return_until: event.return_until,
                    return_right: event.return_right,
                    why: event.explanation.zh,
                },
            }
        },
        |bad| Verdict::Dead(bad.to_string()),
    )
}
