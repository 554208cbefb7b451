//! Way in: events of other services. Each becomes a report to one use case; one file per event.
mod on_extension_denied;
mod on_extension_granted;
mod on_judgement_made;
mod on_order_assigned;
mod on_order_closed;
mod on_order_disputed;
mod on_order_replied;
mod on_order_responded;
mod on_order_resumed;
mod on_order_reworked;
mod on_order_signed;
mod on_order_suspended;
mod on_order_undecided;
mod on_outcome_carried_out;
mod on_outcome_dropped;
mod on_outcome_recorded;
mod on_suspension_denied;

use crate::usecases::advance_order::{AdvanceOrder, AdvanceRefusal};
use crate::usecases::note_news::NoteNews;
use bus::{Handler, Verdict};
use std::convert::Infallible;

/// What moves an order goes to one use case, so that an order is written once for a batch; what its caller is told beside that
/// to another.
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
    let news = vec![
        on_extension_granted::heard(),
        on_extension_denied::heard(),
        on_order_suspended::heard(),
        on_order_resumed::heard(),
        on_suspension_denied::heard(),
        on_judgement_made::heard(),
        on_outcome_recorded::heard(),
        on_outcome_carried_out::heard(),
        on_outcome_dropped::heard(),
    ];
    vec![
        bus::on_several("intake", "advance_order", AdvanceOrder, heard, later),
        bus::on_several("intake", "note_news", NoteNews, news, never),
    ]
}

/// News is refused by nobody.
fn never(refusal: &Infallible) -> Verdict {
    match *refusal {}
}

/// A report about an order that this database does not know (it was restored from an older copy) is tried again; a
/// person sees it when that does not help.
fn later(refusal: &AdvanceRefusal) -> Verdict {
    Verdict::Retry(refusal.to_string())
}
