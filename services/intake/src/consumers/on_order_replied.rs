//! The unit says it is done: its text is for the citizen.
use crate::domain::order::{OrderEvent, Reply};
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderRepliedV1;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderRepliedV1>| {
        let event = envelope.data;
        let reply = Reply {
            text: event.text,
            solved: event.solved,
            at: event.replied_at,
        };
        let replied = OrderEvent::Replied {
            unit_code: event.unit.0,
            generation: event.generation,
            rework: event.rework,
            reply,
        };
        Report {
            order_id: event.order_id,
            event: replied,
        }
    })
}
