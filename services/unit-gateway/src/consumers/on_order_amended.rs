//! `order.amended`: the content changes; whether the units stay, and what they are told, is routing's to say.
use crate::SERVICE;
use crate::domain::order::Correction;
use crate::usecases::amend_content::AmendContent;
use bus::Handler;
use contracts::intake::OrderAmendedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderAmendedV1, _, _, _>(
        SERVICE,
        "on_order_amended",
        AmendContent,
        |envelope| {
            let event = envelope.data;
            Correction {
                order_id: event.order_id,
                matter: event.matter,
                place: event.place,
                urgency: event.urgency,
            }
        },
        |never| match *never {},
    )
}
