//! Way in: events of other services. Each becomes a report to one use case; one file per event.
mod on_order_assigned;
mod on_order_closed;
mod on_order_disputed;
mod on_order_replied;
mod on_order_responded;
mod on_order_reworked;
mod on_order_signed;
mod on_order_undecided;

use crate::usecases::advance_order::{AdvanceOrder, AdvanceRefusal};
use bus::{Handler, Verdict};

/// Everything intake hears moves an order: one use case gets it all, so that an order is written once for a batch.
#[must_use]
pub fn handlers() -> Vec<Box<dyn Handler>> {
    let heard = vec![
        on_order_assigned::heard(),
        on_order_undecided::heard(),
        on_order_disputed::heard(),
        on_order_signed::heard(),
        on_order_responded::heard(),
        on_order_replied::heard(),
        on_order_reworked::heard(),
        on_order_closed::heard(),
    ];
    vec![bus::on_several(
        "intake",
        "advance_order",
        AdvanceOrder,
        heard,
        later,
    )]
}

/// A report about an order that this database does not know (it was restored from an older copy) is tried again; a
/// person sees it when that does not help.
fn later(refusal: &AdvanceRefusal) -> Verdict {
    Verdict::Retry(refusal.to_string())
}
