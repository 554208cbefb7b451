//! `unit-gateway.order.replied` → `follow_order`.
use crate::domain::{Claims, Reply};
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderRepliedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(command)
}

fn command(event: Envelope<OrderRepliedV1>) -> Command {
    let data = event.data;
    let claims = Claims {
        solved: data.solved,
        contacted: data.contacted,
        result: data.claimed_result,
    };
    let reply = Reply {
        unit: data.unit,
        generation: data.generation,
        rework: data.rework,
        claims,
        text: data.text,
        replied_at: data.replied_at,
    };
    Command {
        order_id: data.order_id,
        told: Told::Replied(reply),
    }
}
