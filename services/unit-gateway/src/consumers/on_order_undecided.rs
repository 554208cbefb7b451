//! `order.undecided`: an amendment took the order from its unit, and nobody else could be named.
use crate::SERVICE;
use crate::usecases::withdraw_order::WithdrawOrders;
use bus::Handler;
use contracts::routing::OrderUndecidedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderUndecidedV1, _, _, _>(
        SERVICE,
        "on_order_undecided",
        WithdrawOrders,
        |envelope| envelope.data.order_id,
        |never| match *never {},
    )
}
