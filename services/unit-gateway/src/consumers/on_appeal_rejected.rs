//! `appeal.rejected`: the answer stands.
use super::told_appeal;
use crate::SERVICE;
use crate::domain::appeal::AppealNews;
use crate::usecases::tell_appeal::TellAppeal;
use bus::{Handler, Verdict};
use contracts::callback::AppealRejectedV1;
use contracts::unit_documents::UnitAppealV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<AppealRejectedV1, _, _, _>(
        SERVICE,
        "on_appeal_rejected",
        TellAppeal,
        |envelope| {
            let event = envelope.data;
            let note = format!("申诉不成立：{}", event.reason);
            let appeal = UnitAppealV1 {
                callback_id: event.callback_id,
                appeal_id: Some(event.appeal_id),
                state: "rejected".to_owned(),
                code: None,
                reason: event.reason,
            };
            told_appeal(
                (event.order_id, event.unit),
                AppealNews::Decided { upheld: false },
                note,
                appeal,
            )
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
