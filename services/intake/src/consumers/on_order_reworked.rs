//! The caller said no: the unit handles it again.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::callback::OrderReworkedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderReworkedV1, _, _, _>(
        "intake",
        "on_order_reworked",
        AdvanceOrder,
        |envelope| {
            let event = envelope.data;
            let reworked = OrderEvent::Reworked {
                unit_code: event.unit.0,
                generation: event.generation,
                rework: event.rework,
            };
            Report {
                order_id: event.order_id,
                event: reworked,
            }
        },
        later,
    )
}
