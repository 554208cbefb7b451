//! routing could not name a unit: the caller may be told that it takes longer.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::routing::OrderUndecidedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderUndecidedV1, _, _, _>(
        "intake",
        "on_order_undecided",
        AdvanceOrder,
        |envelope| Report {
            order_id: envelope.data.order_id,
            event: OrderEvent::Undecided,
        },
        later,
    )
}
