//! The unit says it is done: its text is for the citizen.
use super::later;
use crate::domain::order::{OrderEvent, Reply};
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::unit_gateway::OrderRepliedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderRepliedV1, _, _, _>(
        "intake",
        "on_order_replied",
        AdvanceOrder,
        |envelope| {
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
        },
        later,
    )
}
