//! The unit has taken the order.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderSignedV1;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderSignedV1>| {
        let event = envelope.data;
        let signed = OrderEvent::Signed {
            unit_code: event.unit.0,
            generation: event.generation,
            at: event.signed_at,
        };
        Report {
            order_id: event.order_id,
            event: signed,
        }
    })
}
