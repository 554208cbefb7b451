//! `order.withdrawn`: its caller took it back, or another hotline has it. Whoever has it here loses it.
use crate::SERVICE;
use crate::usecases::end_order::{EndOrder, EndOrders};
use bus::Handler;
use contracts::intake::OrderWithdrawnV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderWithdrawnV1, _, _, _>(
        SERVICE,
        "on_order_withdrawn",
        EndOrders,
        |envelope| EndOrder {
            order_id: envelope.data.order_id,
            reason: envelope.data.reason,
            at: envelope.data.withdrawn_at,
        },
        |never| match *never {},
    )
}
