//! `order.suspended`: the clocks of its unit stand still; a request for it is answered by that.
use super::shown;
use super::unknown;
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::Request;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::OrderSuspendedV1;
use contracts::unit_documents::UnitSuspensionV1;

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
                details: Details::Suspension(UnitSuspensionV1 {
                    suspension_id: event.suspension_id,
                    reason_code: Some(event.reason_code),
                    reason: Some(event.reason),
                    suspended_at: Some(event.suspended_at),
                    until: Some(event.until),
                    code: None,
                    pending: None,
                    resumed_at: None,
                    due_at: None,
                }),
                answers: Some(Request::Suspension(event.suspension_id)),
                whom: Whom::All,
            }
        },
        unknown,
    )
}
