//! `outcome.recorded`: what units promised where they met; who must carry it out hears it, and those who have the order.
use super::shown;
use super::told_outcome;
use crate::SERVICE;
use crate::usecases::tell_concerned::TellConcerned;
use bus::{Handler, Verdict};
use chrono::FixedOffset;
use contracts::supervision::{OutcomePartV1, OutcomeRecordedV1};
use contracts::unit_documents::{UnitOutcomePartV1, UnitOutcomeV1};

pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<OutcomeRecordedV1, _, _, _>(
        SERVICE,
        "on_outcome_recorded",
        TellConcerned,
        move |envelope| {
            let event = envelope.data;
            let note = format!(
                "协调结果：{}；最迟 {} 前全部落实，落实后方可办结",
                event.text,
                shown(event.until, local)
            );
            let outcome = UnitOutcomeV1 {
                outcome_id: event.outcome_id,
                state: "recorded".to_owned(),
                unit: event.unit,
                text: event.text,
                parts: event.parts.into_iter().map(part).collect(),
                part: None,
            };
            told_outcome(event.order_id, note, outcome)
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}

fn part(part: OutcomePartV1) -> UnitOutcomePartV1 {
    UnitOutcomePartV1 {
        number: part.number,
        what: part.what,
        until: part.until,
    }
}
