//! The unit has made contact.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::unit_gateway::OrderRespondedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderRespondedV1, _, _, _>(
        "intake",
        "on_order_responded",
        AdvanceOrder,
        |envelope| {
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
        },
        later,
    )
}
