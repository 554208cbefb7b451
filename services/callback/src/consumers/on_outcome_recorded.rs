//! `supervision.outcome.recorded` → `follow_order`: units promised something, and the order does not close before.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::supervision::OutcomeRecordedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OutcomeRecordedV1>| Command {
        order_id: event.data.order_id,
        told: Told::Promised(event.data.outcome_id),
    })
}
