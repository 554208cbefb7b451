//! `order.registered`: keep the content, from which the units' documents are made.
use crate::SERVICE;
use crate::domain::order::OrderContent;
use crate::usecases::store_order::StoreOrder;
use bus::Handler;
use contracts::intake::OrderRegisteredV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OrderRegisteredV1, _, _, _>(
        SERVICE,
        "on_order_registered",
        StoreOrder,
        |envelope| {
            let event = envelope.data;
            OrderContent {
                order_id: event.order_id,
                order_number: event.order_number,
                kind: event.kind,
                urgency: event.urgency,
                title: event.title,
                text: event.text,
                matter: event.matter,
                place: event.place,
                confidential: event.confidential,
                accepted_at: event.accepted_at,
                supplements: Vec::new(),
            }
        },
        |never| match *never {},
    )
}
