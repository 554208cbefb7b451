//! WAY IN: facts of other services. Decode, make a command, let one use case apply the slice.
mod on_order_amended; // intake: the content, corrected
mod on_order_assigned; // routing: who is responsible
mod on_order_closed; // callback: the end
mod on_order_co_handlers_added; // routing: more units help
mod on_order_disputed; // routing: nobody owns it
mod on_order_kept; // routing: amended, and the assignment stands
mod on_order_registered; // intake: the content
mod on_order_reworked; // callback: another round
mod on_order_undecided; // routing: nobody is responsible any more
mod on_return_rejected; // routing: the unit stays responsible
mod on_return_upheld; // routing: the order leaves the unit

use crate::usecases::NeverAssigned;
use bus::{Handler, Verdict};

/// The list.
#[must_use]
pub fn all() -> Vec<Box<dyn Handler>> {
    vec![
        on_order_registered::handler(),
        on_order_assigned::handler(),
        on_return_rejected::handler(),
        on_return_upheld::handler(),
        on_order_amended::handler(),
        on_order_kept::handler(),
        on_order_co_handlers_added::handler(),
        on_order_undecided::handler(),
        on_order_disputed::handler(),
        on_order_reworked::handler(),
        on_order_closed::handler(),
    ]
}

/// Such facts only follow what units did here, so the order is known: when it is not, our database was set back, and
/// the order waits in the sight of a person.
fn unknown(refusal: &NeverAssigned) -> Verdict {
    Verdict::Retry(refusal.to_string())
}
