//! `routing.order.undecided` → `withdraw_order`: an amendment took the order from its unit.
use super::never;
use crate::usecases::withdraw_order::WithdrawOrder;
use bus::Handler;
use contracts::envelope::Envelope;
use contracts::ids::OrderId;
use contracts::routing::OrderUndecidedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on(
        "callback",
        "on_order_undecided",
        WithdrawOrder,
        |event| command(&event),
        never,
    )
}

fn command(event: &Envelope<OrderUndecidedV1>) -> OrderId {
    event.data.order_id
}
