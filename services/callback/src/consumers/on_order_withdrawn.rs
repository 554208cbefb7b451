//! `intake.order.withdrawn` → `follow_order`: nobody is called about it any more.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::intake::OrderWithdrawnV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OrderWithdrawnV1>| Command {
        order_id: event.data.order_id,
        told: Told::Withdrawn(event.data.outcome, event.data.withdrawn_at),
    })
}
