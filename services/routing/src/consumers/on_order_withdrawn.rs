//! `intake.order.withdrawn` → `close_order`: the caller took it back, or another hotline has it.
use super::SERVICE;
use crate::usecases::close_order::{CloseOrder, CloseRefused};
use bus::{Handler, Verdict};
use contracts::envelope::Envelope;
use contracts::ids::OrderId;
use contracts::intake::OrderWithdrawnV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_order_withdrawn",
        CloseOrder,
        |event| command(&event),
        |refusal| match refusal {
            CloseRefused::OrderUnknown => Verdict::Retry(refusal.to_string()),
        },
    )
}

fn command(event: &Envelope<OrderWithdrawnV1>) -> OrderId {
    event.data.order_id
}
