//! WAY IN: facts of other services. Decode, make a command, let one use case apply the slice.
mod on_answer_went_against; // callback: what a caller answered counts against a unit
mod on_appeal_opened; // callback: an appeal is looked at
mod on_appeal_refused; // callback: an appeal is not possible
mod on_appeal_rejected; // callback: the answer stands
mod on_appeal_upheld; // callback: the answer does not count
mod on_complaint_supplemented; // intake: the caller added something
mod on_consultation_opened; // supervision: units are summoned
mod on_extension_denied; // supervision: the limit stays
mod on_extension_granted; // supervision: more time
mod on_order_amended; // intake: the content, corrected
mod on_order_assigned; // routing: who is responsible
mod on_order_closed; // callback: the end
mod on_order_co_handlers_added; // routing: more units help
mod on_order_disputed; // routing: nobody owns it
mod on_order_kept; // routing: amended, and the assignment stands
mod on_order_registered; // intake: the content
mod on_order_resumed; // supervision: the clocks go on
mod on_order_reworked; // callback: another round
mod on_order_suspended; // supervision: the clocks stand still
mod on_order_undecided; // routing: nobody is responsible any more
mod on_order_withdrawn; // intake: the caller took it back, or another hotline has it
mod on_outcome_carried_out; // supervision: all that was promised is carried out
mod on_outcome_dropped; // supervision: what was promised is given up
mod on_outcome_part_carried_out; // supervision: a part of it is carried out
mod on_outcome_recorded; // supervision: what units promised where they met
mod on_return_rejected; // routing: the unit stays responsible
mod on_return_upheld; // routing: the order leaves the unit
mod on_supervision_escalated; // supervision: pushed harder
mod on_supervision_opened; // supervision: pushed
mod on_suspension_denied; // supervision: the clocks run on

use crate::documents::Details;
use crate::domain::appeal::AppealNews;
use crate::domain::delivery::Notice;
use crate::usecases::NeverAssigned;
use crate::usecases::tell_appeal::AppealTold;
use crate::usecases::tell_concerned::Concern;
use bus::{Handler, Verdict};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::ids::{OrderId, UnitCode};
use contracts::unit_documents::{UnitAppealV1, UnitOutcomeV1};
use contracts::words::{ClockName, SupervisionLevel};

/// The list; people read some of the moments, in this offset.
#[must_use]
pub fn all(local: FixedOffset) -> Vec<Box<dyn Handler>> {
    vec![
        on_order_registered::handler(),
        on_order_assigned::handler(),
        on_return_rejected::handler(),
        on_return_upheld::handler(),
        on_order_amended::handler(),
        on_order_kept::handler(),
        on_order_co_handlers_added::handler(),
        on_order_undecided::handler(),
        on_order_disputed::handler(),
        on_order_reworked::handler(),
        on_order_closed::handler(),
        on_extension_granted::handler(local),
        on_extension_denied::handler(),
        on_order_suspended::handler(local),
        on_order_resumed::handler(local),
        on_suspension_denied::handler(local),
        on_supervision_opened::handler(local),
        on_supervision_escalated::handler(local),
        on_consultation_opened::handler(local),
        on_outcome_recorded::handler(local),
        on_outcome_part_carried_out::handler(),
        on_outcome_carried_out::handler(),
        on_outcome_dropped::handler(),
        on_order_withdrawn::handler(),
        on_complaint_supplemented::handler(),
        on_answer_went_against::handler(local),
        on_appeal_opened::handler(),
        on_appeal_upheld::handler(),
        on_appeal_rejected::handler(),
        on_appeal_refused::handler(),
    ]
}

/// Such facts only follow what units did here, so the order is known: when it is not, our database was set back, and
/// the order waits in the sight of a person.
fn unknown(refusal: &NeverAssigned) -> Verdict {
    Verdict::Retry(refusal.to_string())
}

/// What was promised about an order concerns the unit that must carry it out, and those who have the order.
fn told_outcome(order_id: OrderId, note: String, outcome: UnitOutcomeV1) -> Concern {
    Concern {
        order_id,
        units: vec![outcome.unit.clone()],
        holders: true,
        notice: Notice::Outcome,
        note,
        details: Details::Outcome(outcome),
    }
}

/// What came of an appeal concerns the unit whose it is, whether it has the order or not.
fn told_appeal(
    (order_id, unit): (OrderId, UnitCode),
    news: AppealNews,
    note: String,
    appeal: UnitAppealV1,
) -> AppealTold {
    AppealTold {
        order_id,
        callback_id: appeal.callback_id,
        news,
        concern: Some(Concern {
            order_id,
            units: vec![unit],
            holders: false,
            notice: Notice::Appeal,
            note,
            details: Details::Appeal(appeal),
        }),
    }
}

/// A moment as people read it.
fn shown(at: DateTime<Utc>, local: FixedOffset) -> String {
    at.with_timezone(&local).format("%Y-%m-%d %H:%M").to_string()
}

/// The clock's name for units.
const fn clock(clock: ClockName) -> &'static str {
    match clock {
        ClockName::Sign => "签收",
        ClockName::Respond => "响应",
        ClockName::Finish => "办结",
        ClockName::Total => "总",
    }
}

/// The rung's name for units.
const fn level(level: SupervisionLevel) -> &'static str {
    match level {
        SupervisionLevel::Urge => "催办",
        SupervisionLevel::Written => "书面督办",
        SupervisionLevel::OnSite => "现场督办",
        SupervisionLevel::Raised => "提级督办",
        SupervisionLevel::PublicNotice => "通报",
        SupervisionLevel::Interview => "约谈",
        SupervisionLevel::DisciplineReferral => "移送纪检",
    }
}
