//! Events of other services.
//!
//! | Event | Handler | Use case |
//! |---|---|---|
//! | `intake.order.registered` | `on_order_registered` | `know_order` |
//! | `routing.order.assigned` | `on_order_assigned` | `follow_assignment` |
//! | `routing.order.undecided`, `routing.order.disputed` | `on_order_undecided`, `on_order_disputed` | `withdraw_order` |
//! | `unit-gateway.order.replied` | `on_order_replied` | `schedule_callback` |
mod on_order_assigned;
mod on_order_disputed;
mod on_order_registered;
mod on_order_replied;
mod on_order_undecided;

use crate::domain::Policy;
use bus::{Handler, Verdict};
use std::convert::Infallible;

/// All handlers.
#[must_use]
pub fn handlers(policy: &Policy) -> Vec<Box<dyn Handler>> {
    vec![
        on_order_registered::handler(policy.clone()),
        on_order_assigned::handler(policy.clone()),
        on_order_replied::handler(policy.clone()),
        on_order_undecided::handler(),
        on_order_disputed::handler(),
    ]
}

/// These use cases refuse nothing: a fact that is late or repeated rightly has no effect.
fn never(refusal: &Infallible) -> Verdict {
    match *refusal {}
}
