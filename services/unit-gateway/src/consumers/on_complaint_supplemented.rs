//! `complaint.supplemented`: the caller added something; the lead of each open order of the complaint is told.
use crate::SERVICE;
use crate::usecases::tell_supplemented::{Supplemented, TellSupplemented};
use bus::{Handler, Verdict};
use contracts::intake::ComplaintSupplementedV1;
use contracts::unit_documents::UnitSupplementV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<ComplaintSupplementedV1, _, _, _>(
        SERVICE,
        "on_complaint_supplemented",
        TellSupplemented,
        |envelope| Supplemented {
            orders: envelope.data.orders,
            supplement: UnitSupplementV1 {
                text: envelope.data.text,
                supplemented_at: envelope.data.supplemented_at,
            },
        },
        // It travels apart from the facts of its orders, so it may be faster than they are.
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
