//! routing says that nobody owns the order: for the caller it is as undecided as any other.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::routing::OrderDisputedV1;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderDisputedV1>| Report {
        order_id: envelope.data.order_id,
        event: OrderEvent::Undecided,
    })
}
