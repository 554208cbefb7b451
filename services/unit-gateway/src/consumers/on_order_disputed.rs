//! `order.disputed`: nobody owns the order until a ruling says who does.
use crate::SERVICE;
use crate::usecases::withdraw_order::WithdrawOrders;
use bus::Handler;
use contracts::routing::OrderDisputedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderDisputedV1, _, _, _>(
        SERVICE,
        "on_order_disputed",
        WithdrawOrders,
        |envelope| envelope.data.order_id,
        |never| match *never {},
    )
}
