//! routing named a unit: the caller may be told which.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::routing::OrderAssignedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderAssignedV1, _, _, _>(
        "intake",
        "on_order_assigned",
        AdvanceOrder,
        |envelope| {
            let event = envelope.data;
            Report {
                order_id: event.order_id,
                event: OrderEvent::Assigned {
                    unit_code: event.lead.code.0,
                    unit_name: event.lead.name,
                    generation: event.generation,
                    at: event.assigned_at,
                },
            }
        },
        later,
    )
}
