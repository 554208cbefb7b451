//! `order.resumed`: the clocks of its unit go on.
use super::shown;
use super::unknown;
use crate::SERVICE;
use crate::domain::delivery::Notice;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::OrderResumedV1;
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
            let reason = event.reason.map(|reason| format!("：{reason}"));
            SupervisionNews {
                order_id: event.order_id,
                generation: event.generation,
                notice: Notice::Resumed,
                note: format!(
                    "恢复办理{}{}",
                    due.unwrap_or_default(),
                    reason.unwrap_or_default()
                ),
                whom: Whom::All,
            }
        },
        unknown,
    )
}
