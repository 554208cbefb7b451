//! routing named a unit: the caller may be told which.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderAssignedV1;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderAssignedV1>| {
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
    })
}
