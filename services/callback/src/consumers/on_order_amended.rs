//! `intake.order.amended` → `follow_order`: rules of the policy go by the corrected facts from then on.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::intake::OrderAmendedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OrderAmendedV1>| Command {
        order_id: event.data.order_id,
        told: Told::Amended(event.data.matter, event.data.facts),
    })
}
