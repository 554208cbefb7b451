//! `appeal.upheld`: the answer counts in no figure of the unit.
use super::told_appeal;
use crate::SERVICE;
use crate::domain::appeal::AppealNews;
use crate::usecases::tell_appeal::TellAppeal;
use bus::{Handler, Verdict};
use contracts::callback::AppealUpheldV1;
use contracts::unit_documents::UnitAppealV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<AppealUpheldV1, _, _, _>(
        SERVICE,
        "on_appeal_upheld",
        TellAppeal,
        |envelope| {
            let event = envelope.data;
            let note = format!("申诉成立，该回访结果不计入考核：{}", event.reason);
            let appeal = UnitAppealV1 {
                callback_id: event.callback_id,
                appeal_id: Some(event.appeal_id),
                state: "upheld".to_owned(),
                code: None,
                reason: event.reason,
            };
            told_appeal(
                (event.order_id, event.unit),
                AppealNews::Decided { upheld: true },
                note,
                appeal,
            )
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
