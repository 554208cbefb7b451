//! `appeal.refused`: what a unit's system asked for is not possible.
use super::told_appeal;
use crate::SERVICE;
use crate::domain::appeal::AppealNews;
use crate::usecases::tell_appeal::TellAppeal;
use bus::{Handler, Verdict};
use contracts::callback::AppealRefusedV1;
use contracts::unit_documents::UnitAppealV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<AppealRefusedV1, _, _, _>(
        SERVICE,
        "on_appeal_refused",
        TellAppeal,
        |envelope| {
            let event = envelope.data;
            let note = format!("申诉未受理：{}", event.reason);
            let appeal = UnitAppealV1 {
                callback_id: event.callback_id,
                appeal_id: None,
                state: "refused".to_owned(),
                code: Some(event.code),
                reason: event.reason,
            };
            told_appeal((event.order_id, event.unit), AppealNews::Refused, note, appeal)
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
