//! The unit has taken the order.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::unit_gateway::OrderSignedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderSignedV1, _, _, _>(
        "intake",
        "on_order_signed",
        AdvanceOrder,
        |envelope| {
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
        },
        later,
    )
}
