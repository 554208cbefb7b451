//! `suspension.denied`: the clocks run on. What a supervisor proposed and nobody granted concerns the unit only when it was in the
//! way of its own request.
use super::{shown, unknown};
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::Request;
use crate::usecases::tell_supervision::{SupervisionNews, TellSupervision, Whom};
use bus::Handler;
use chrono::FixedOffset;
use contracts::supervision::SuspensionDeniedV1;
use contracts::unit_documents::{UnitPendingSuspensionV1, UnitSuspensionV1};

pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<SuspensionDeniedV1, _, _, _>(
        SERVICE,
        "on_suspension_denied",
        TellSupervision,
        move |envelope| {
            let event = envelope.data;
            SupervisionNews {
                order_id: event.order_id,
                generation: Some(event.generation),
                notice: Notice::SuspensionDenied,
                note: note(&event, local),
                answers: Some(Request::Suspension(event.suspension_id)),
                whom: if event.was_in_the_way {
                    Whom::Lead(event.unit)
                } else {
                    Whom::Asker
                },
                details: Details::Suspension(UnitSuspensionV1 {
                    suspension_id: event.suspension_id,
                    reason_code: None,
                    reason: Some(event.reason),
                    suspended_at: None,
                    until: None,
                    code: Some(event.code),
                    pending: event.pending.map(|pending| UnitPendingSuspensionV1 {
                        suspension_id: pending.suspension_id,
                        since: pending.since,
                    }),
                    resumed_at: None,
                    due_at: None,
                }),
            }
        },
        unknown,
    )
}

/// What the unit reads: its own request was denied, perhaps because another one waits; or the other one is over.
fn note(event: &SuspensionDeniedV1, local: FixedOffset) -> String {
    let (code, reason) = (&event.code, &event.reason);
    if event.was_in_the_way {
        return format!("此前待审核的挂起建议未获批准（{code}），可再次申请：{reason}");
    }
    let pending = event.pending.as_ref().map(|pending| {
        let since = shown(pending.since, local);
        format!("（{since} 提出；如未获批准，将另行告知，届时可再次申请）")
    });
    format!("挂起未批准（{code}）：{reason}{}", pending.unwrap_or_default())
}
