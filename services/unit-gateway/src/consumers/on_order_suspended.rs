//! `order.suspended`: the clocks of its unit stand still.
use super::shown;
use super::unknown;
use crate::SERVICE;
use crate::domain::delivery::Notice;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::OrderSuspendedV1;
pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<OrderSuspendedV1, _, _, _>(
        SERVICE,
        "on_order_suspended",
        TellSupervision,
        move |envelope| {
            let event = envelope.data;
            SupervisionNews {
                order_id: event.order_id,
                generation: Some(event.generation),
                notice: Notice::Suspended,
                note: format!("挂起至 {}：{}", shown(event.until, local), event.reason),
                whom: Whom::All,
            }
        },
        unknown,
    )
}
