//! `order.reworked`: the same unit gets the order back, with what the caller still wants.
use super::unknown;
use crate::SERVICE;
use crate::usecases::begin_rework::{BeginRework, BeginReworks};
use bus::Handler;
use contracts::callback::OrderReworkedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderReworkedV1, _, _, _>(
        SERVICE,
        "on_order_reworked",
        BeginReworks,
        |envelope| BeginRework {
            order_id: envelope.data.order_id,
            generation: envelope.data.generation,
            rework: envelope.data.rework,
            reason: envelope.data.reason,
            limit: envelope.data.limit,
        },
        unknown,
    )
}
