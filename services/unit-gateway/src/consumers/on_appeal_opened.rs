//! `appeal.opened`: callback has an appeal of a unit; a person of the unit may have opened it there.
use crate::SERVICE;
use crate::domain::appeal::AppealNews;
use crate::usecases::tell_appeal::{AppealTold, TellAppeal};
use bus::{Handler, Verdict};
use contracts::callback::AppealOpenedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<AppealOpenedV1, _, _, _>(
        SERVICE,
        "on_appeal_opened",
        TellAppeal,
        |envelope| AppealTold {
            order_id: envelope.data.order_id,
            callback_id: envelope.data.callback_id,
            news: AppealNews::Opened(envelope.data.ground),
            concern: None,
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
