//! `routing.order.assigned` → `follow_order`.
use crate::domain::Assignment;
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderAssignedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(command)
}

fn command(event: Envelope<OrderAssignedV1>) -> Command {
    let data = event.data;
    Command {
        order_id: data.order_id,
        told: Told::Assigned(Assignment {
            unit: data.lead.code,
            generation: data.generation,
            matter: data.matter,
            urgency: data.terms.urgency,
        }),
    }
}
