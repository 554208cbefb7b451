//! The end of an order: nobody can join it any more.
use super::later;
use crate::domain::order::OrderEvent;
use crate::usecases::advance_order::{AdvanceOrder, Report};
use bus::Handler;
use contracts::callback::OrderClosedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderClosedV1, _, _, _>(
        "intake",
        "on_order_closed",
        AdvanceOrder,
        |envelope| {
            let event = envelope.data;
            let closed = OrderEvent::Closed {
                outcome: event.outcome,
                at: event.closed_at,
            };
            Report {
                order_id: event.order_id,
                event: closed,
            }
        },
        later,
    )
}
