//! `order.closed`: everyone who has the order is told; nobody may act on it any more.
use super::unknown;
use crate::SERVICE;
use crate::usecases::close_order::{CloseOrder, CloseOrders};
use bus::Handler;
use contracts::callback::OrderClosedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderClosedV1, _, _, _>(
        SERVICE,
        "on_order_closed",
        CloseOrders,
        |envelope| CloseOrder {
            order_id: envelope.data.order_id,
            closed_at: envelope.data.closed_at,
        },
        unknown,
    )
}
