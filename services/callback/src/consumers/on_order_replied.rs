//! `unit-gateway.order.replied` → `schedule_callback`.
use super::never;
use crate::domain::{Claims, Policy, Reply};
use crate::usecases::schedule_callback::{Command, ScheduleCallback};
use bus::Handler;
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderRepliedV1;

pub(super) fn handler(policy: Policy) -> Box<dyn Handler> {
    bus::on(
        "callback",
        "on_order_replied",
        ScheduleCallback { policy },
        command,
        never,
    )
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
        reply,
    }
}
