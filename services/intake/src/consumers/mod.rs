//! Way in: events of other services. Each becomes a report to one use case; one file per event.
mod on_order_assigned;
mod on_order_closed;
mod on_order_disputed;
mod on_order_replied;
mod on_order_responded;
mod on_order_reworked;
mod on_order_signed;
mod on_order_undecided;

use crate::usecases::advance_order::AdvanceRefusal;
use bus::{Handler, Verdict};

/// Everything intake hears.
#[must_use]
pub fn handlers() -> Vec<Box<dyn Handler>> {
    vec![
        on_order_assigned::handler(),
        on_order_undecided::handler(),
        on_order_disputed::handler(),
        on_order_signed::handler(),
        on_order_responded::handler(),
        on_order_replied::handler(),
        on_order_reworked::handler(),
        on_order_closed::handler(),
    ]
}

/// A report about an order that this database does not know (it was restored from an older copy) is tried again; a
/// person sees it when that does not help.
fn later(refusal: &AdvanceRefusal) -> Verdict {
    Verdict::Retry(refusal.to_string())
}
