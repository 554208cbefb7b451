//! `routing.order.undecided` → `follow_order`: an amendment took the order from its unit.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderUndecidedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OrderUndecidedV1>| Command {
        order_id: event.data.order_id,
        told: Told::Ownerless,
    })
}
