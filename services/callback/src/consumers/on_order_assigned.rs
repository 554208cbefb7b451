//! `routing.order.assigned` → `follow_assignment`.
use super::never;
use crate::domain::{Assignment, Policy};
use crate::usecases::follow_assignment::{Command, FollowAssignment};
use bus::Handler;
use contracts::envelope::Envelope;
use contracts::routing::OrderAssignedV1;

pub(super) fn handler(policy: Policy) -> Box<dyn Handler> {
    bus::on(
        "callback",
        "on_order_assigned",
        FollowAssignment { policy },
        command,
        never,
    )
}

fn command(event: Envelope<OrderAssignedV1>) -> Command {
    let data = event.data;
    Command {
        order_id: data.order_id,
        assignment: Assignment {
            unit: data.lead.code,
            generation: data.generation,
        },
    }
}
