//! `intake.order.registered` → `know_order`.
use super::never;
use crate::domain::{Policy, Registration};
use crate::usecases::know_order::{Command, KnowOrder};
use bus::Handler;
use contracts::envelope::Envelope;
use contracts::intake::OrderRegisteredV1;

pub(super) fn handler(policy: Policy) -> Box<dyn Handler> {
    bus::on(
        "callback",
        "on_order_registered",
        KnowOrder { policy },
        command,
        never,
    )
}

fn command(event: Envelope<OrderRegisteredV1>) -> Command {
    let data = event.data;
    let registration = Registration {
        complaint_id: data.complaint_id,
        order_number: data.order_number,
        caller: data.caller,
        confidential: data.confidential,
        channel: data.channel,
        kind: data.kind,
    };
    Command {
        order_id: data.order_id,
        registration,
    }
}
