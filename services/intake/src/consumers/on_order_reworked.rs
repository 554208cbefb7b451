//! The caller said no: the unit handles it again.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::callback::OrderReworkedV1;
use contracts::envelope::Envelope;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderReworkedV1>| {
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
    })
}
