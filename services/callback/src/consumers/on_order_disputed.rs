//! `routing.order.disputed` → `follow_order`: nobody owns the order.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderDisputedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OrderDisputedV1>| Command {
        order_id: event.data.order_id,
        told: Told::Ownerless,
    })
}
