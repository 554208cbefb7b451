//! `supervision.outcome.carried_out` → `follow_order`: what waited for that happens.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::supervision::OutcomeCarriedOutV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OutcomeCarriedOutV1>| Command {
        order_id: event.data.order_id,
        told: Told::Kept(event.data.outcome_id),
    })
}
