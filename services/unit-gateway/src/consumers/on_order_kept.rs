//! `order.kept`: the order was amended and the assignment stands; its units are told what the order says now.
use crate::SERVICE;
use crate::usecases::tell_amended::{TellAmended, Told};
use bus::Handler;
use contracts::routing::OrderKeptV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderKeptV1, _, _, _>(
        SERVICE,
        "on_order_kept",
        TellAmended,
        |envelope| Told {
            order_id: envelope.data.order_id,
            generation: envelope.data.generation,
        },
        |never| match *never {},
    )
}
