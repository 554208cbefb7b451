//! routing named a unit: the caller may be told which.
use crate::domain::order::{OrderEvent, Promise};
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderAssignedV1;
use contracts::terms::StartRule;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderAssignedV1>| {
        let event = envelope.data;
        let limit = event.terms.total;
        let promise = Promise {
            limit,
            calendar: event.terms.city_calendar,
            from: if limit.start == StartRule::Dispatch {
                event.assigned_at
            } else {
                event.accepted_at
            },
        };
        Report {
            order_id: event.order_id,
            event: OrderEvent::Assigned {
                unit_code: event.lead.code.0,
                unit_name: event.lead.name,
                generation: event.generation,
                at: event.assigned_at,
                promise,
            },
        }
    })
}
