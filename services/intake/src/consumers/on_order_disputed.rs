//! routing says that nobody owns the order: for the caller it is as undecided as any other.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::routing::OrderDisputedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderDisputedV1, _, _, _>(
        "intake",
        "on_order_disputed",
        AdvanceOrder,
        |envelope| Report {
            order_id: envelope.data.order_id,
            event: OrderEvent::Undecided,
        },
        later,
    )
}
