//! Events of other services.
//!
//! | Event | Handler | Use case |
//! |---|---|---|
//! | `intake.order.registered` | `on_order_registered` | `follow_order` |
//! | `intake.order.amended` | `on_order_amended` | `follow_order` |
//! | `intake.order.follower_added` | `on_order_follower_added` | `follow_order` |
//! | `routing.order.assigned` | `on_order_assigned` | `follow_order` |
//! | `routing.order.undecided`, `routing.order.disputed` | `on_order_undecided`, `on_order_disputed` | `follow_order` |
//! | `intake.order.withdrawn` | `on_order_withdrawn` | `follow_order` |
//! | `unit-gateway.order.replied` | `on_order_replied` | `follow_order` |
//! | `supervision.outcome.recorded` | `on_outcome_recorded` | `follow_order` |
//! | `supervision.outcome.carried_out`, `.dropped` | `on_outcome_carried_out`, `on_outcome_dropped` | `follow_order` |
//! | `unit-gateway.appeal.requested` | `on_appeal_requested` | `hear_appeal` |
mod on_appeal_requested;
mod on_order_amended;
mod on_order_assigned;
mod on_order_disputed;
mod on_order_follower_added;
mod on_order_registered;
mod on_order_replied;
mod on_order_undecided;
mod on_order_withdrawn;
mod on_outcome_carried_out;
mod on_outcome_dropped;
mod on_outcome_recorded;

use crate::usecases::follow_order::FollowOrder;
use crate::usecases::policies::PolicyShelf;
use bus::{Handler, Verdict};
use std::convert::Infallible;

/// All handlers: one use case gets everything about orders, so that an order is written once for a batch.
#[must_use]
pub fn handlers(policies: PolicyShelf) -> Vec<Box<dyn Handler>> {
    let appeals = on_appeal_requested::handler(policies.clone());
    let work = FollowOrder { policies };
    let heard = vec![
        on_order_registered::heard(),
        on_order_amended::heard(),
        on_order_follower_added::heard(),
        on_order_assigned::heard(),
        on_order_undecided::heard(),
        on_order_disputed::heard(),
        on_order_replied::heard(),
        on_order_withdrawn::heard(),
        on_outcome_recorded::heard(),
        on_outcome_carried_out::heard(),
        on_outcome_dropped::heard(),
    ];
    vec![
        bus::on_several("callback", "follow_order", work, heard, never),
        appeals,
    ]
}

/// The use case refuses nothing: a fact that is late or repeated rightly has no effect.
fn never(refusal: &Infallible) -> Verdict {
    match *refusal {}
}
