//! `callback.order.closed` → `close_order`.
use super::SERVICE;
use crate::usecases::close_order::{CloseOrder, CloseRefused};
use bus::{Handler, Verdict};
use contracts::callback::OrderClosedV1;
use contracts::envelope::Envelope;
use contracts::ids::OrderId;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_order_closed",
        CloseOrder,
        |event| command(&event),
        |refusal| match refusal {
            CloseRefused::OrderUnknown => Verdict::Retry(refusal.to_string()),
        },
    )
}

fn command(event: &Envelope<OrderClosedV1>) -> OrderId {
    event.data.order_id
}
