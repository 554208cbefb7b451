//! The end of an order: nobody can join it any more.
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Heard;
use contracts::callback::OrderClosedV1;
use contracts::envelope::Envelope;

pub(super) fn heard() -> Heard<AdvanceOrder> {
    bus::heard(|envelope: Envelope<OrderClosedV1>| {
        let event = envelope.data;
        let closed = OrderEvent::Closed {
            outcome: event.outcome,
            at: event.closed_at,
        };
        Report {
            order_id: event.order_id,
            event: closed,
        }
    })
}
