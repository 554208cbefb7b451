//! `intake.order.amended` → `follow_order`: rules of the policy go by what was corrected, also for what waits.
use crate::domain::Amendment;
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::intake::OrderAmendedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OrderAmendedV1>| Command {
        order_id: event.data.order_id,
        told: Told::Amended(amendment(&event.data)),
    })
}

/// What was not corrected stands in the event as intake knows it: the dispatcher may have named another matter since.
fn amendment(data: &OrderAmendedV1) -> Amendment {
    let changed = |what: &str| data.changed.iter().any(|changed| changed == what);
    Amendment {
        number: data.amendment,
        matter: data.matter.clone().filter(|_| changed("matter")),
        urgency: changed("urgency").then_some(data.urgency),
        facts: changed("facts").then(|| data.facts.clone()),
    }
}
