//! `suspension.denied`: the clocks run on. What a supervisor proposed and nobody granted does not concern the unit.
use super::unknown;
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::Request;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use contracts::supervision::SuspensionDeniedV1;
use contracts::unit_documents::UnitSuspensionV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<SuspensionDeniedV1, _, _, _>(
        SERVICE,
        "on_suspension_denied",
        TellSupervision,
        |envelope| {
            let event = envelope.data;
            SupervisionNews {
                order_id: event.order_id,
                generation: Some(event.generation),
                notice: Notice::SuspensionDenied,
                note: format!("挂起未批准（{}）：{}", event.code, event.reason),
                details: Details::Suspension(UnitSuspensionV1 {
                    suspension_id: event.suspension_id,
                    reason_code: None,
                    reason: Some(event.reason),
                    suspended_at: None,
                    until: None,
                    code: Some(event.code),
                    resumed_at: None,
                    due_at: None,
                }),
                answers: Some(Request::Suspension(event.suspension_id)),
                whom: Whom::Asker,
            }
        },
        unknown,
    )
}
