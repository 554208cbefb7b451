//! `intake.order.registered` → `follow_order`.
use crate::domain::Registration;
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::intake::OrderRegisteredV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(command)
}

fn command(event: Envelope<OrderRegisteredV1>) -> Command {
    let data = event.data;
    let registration = Registration {
        complaint_id: data.complaint_id,
        order_number: data.order_number,
        caller: data.caller,
        other_number: data.other_number,
        confidential: data.confidential,
        channel: data.channel,
        kind: data.kind,
        urgency: data.urgency,
        routed: None,
        title: data.title,
        matter: data.matter,
        facts: data.facts,
    };
    Command {
        order_id: data.order_id,
        told: Told::Registered(registration),
    }
}
