//! `supervision.outcome.dropped` → `follow_order`: it holds the order no longer.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::supervision::OutcomeDroppedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OutcomeDroppedV1>| Command {
        order_id: event.data.order_id,
        told: Told::Kept(event.data.outcome_id),
    })
}
