//! `order.resumed`: the clocks of its unit go on.
use super::shown;
use super::unknown;
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::OrderResumedV1;
use contracts::unit_documents::UnitSuspensionV1;

pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<OrderResumedV1, _, _, _>(
        SERVICE,
        "on_order_resumed",
        TellSupervision,
        move |envelope| {
            let event = envelope.data;
            let due = event
                .due_at
                .map(|due| format!("，办结时限至 {}", shown(due, local)));
            let reason = event.reason.as_ref().map(|reason| format!("：{reason}"));
            SupervisionNews {
                order_id: event.order_id,
                generation: event.generation,
                notice: Notice::Resumed,
                note: format!(
                    "恢复办理{}{}",
                    due.unwrap_or_default(),
                    reason.unwrap_or_default()
                ),
                details: Details::Suspension(UnitSuspensionV1 {
                    suspension_id: event.suspension_id,
                    reason_code: None,
                    reason: event.reason,
                    suspended_at: None,
                    until: None,
                    code: None,
                    pending: None,
                    resumed_at: Some(event.resumed_at),
                    due_at: event.due_at,
                }),
                answers: None,
                whom: Whom::All,
            }
        },
        unknown,
    )
}
