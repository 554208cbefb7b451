//! `routing.order.disputed` → `withdraw_order`: nobody owns the order.
use super::never;
use crate::usecases::withdraw_order::WithdrawOrder;
use bus::Handler;
use contracts::envelope::Envelope;
use contracts::ids::OrderId;
use contracts::routing::OrderDisputedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on(
        "callback",
        "on_order_disputed",
        WithdrawOrder,
        |event| command(&event),
        never,
    )
}

fn command(event: &Envelope<OrderDisputedV1>) -> OrderId {
    event.data.order_id
}
