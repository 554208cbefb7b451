//! `order.co_handlers_added`: the lead gets help; the helpers get the order, the others are told.
use crate::SERVICE;
use crate::usecases::add_helpers::{AddHelpers, NewHelpers};
use bus::Handler;
use contracts::routing::OrderCoHandlersAddedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderCoHandlersAddedV1, _, _, _>(
        SERVICE,
        "on_order_co_handlers_added",
        AddHelpers,
        |envelope| {
            let event = envelope.data;
            NewHelpers {
                order_id: event.order_id,
                generation: event.generation,
                added: event.added,
                co_handlers: event.co_handlers,
                unknown: event.unknown,
            }
        },
        |never| match *never {},
    )
}
