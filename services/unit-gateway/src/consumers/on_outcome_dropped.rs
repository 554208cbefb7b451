//! `outcome.dropped`: what was promised is given up; nothing holds the order any more.
use super::told_outcome;
use crate::SERVICE;
use crate::usecases::tell_concerned::TellConcerned;
use bus::{Handler, Verdict};
use contracts::supervision::OutcomeDroppedV1;
use contracts::unit_documents::UnitOutcomeV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OutcomeDroppedV1, _, _, _>(
        SERVICE,
        "on_outcome_dropped",
        TellConcerned,
        |envelope| {
            let event = envelope.data;
            let note = format!("协调结果已撤销：{}", event.reason);
            let outcome = UnitOutcomeV1 {
                outcome_id: event.outcome_id,
                state: "dropped".to_owned(),
                unit: event.unit,
                text: event.reason,
                parts: Vec::new(),
                part: None,
            };
            told_outcome(event.order_id, note, outcome)
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
