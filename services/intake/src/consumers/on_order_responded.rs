//! The unit has made contact.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderRespondedV1;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderRespondedV1>| {
        let event = envelope.data;
        let responded = OrderEvent::Responded {
            unit_code: event.unit.0,
            generation: event.generation,
            at: event.responded_at,
        };
        Report {
            order_id: event.order_id,
            event: responded,
        }
    })
}
