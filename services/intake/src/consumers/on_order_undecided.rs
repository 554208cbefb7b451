//! routing could not name a unit: the caller may be told that it takes longer.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderUndecidedV1;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderUndecidedV1>| Report {
        order_id: envelope.data.order_id,
        event: OrderEvent::Undecided,
    })
}
