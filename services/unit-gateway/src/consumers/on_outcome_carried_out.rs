//! `outcome.carried_out`: all that was promised is carried out; nothing holds the order any more.
use super::told_outcome;
use crate::SERVICE;
use crate::usecases::tell_concerned::TellConcerned;
use bus::{Handler, Verdict};
use contracts::supervision::OutcomeCarriedOutV1;
use contracts::unit_documents::UnitOutcomeV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OutcomeCarriedOutV1, _, _, _>(
        SERVICE,
        "on_outcome_carried_out",
        TellConcerned,
        |envelope| {
            let event = envelope.data;
            let note = format!("协调结果已全部落实：{}", event.report);
            let outcome = UnitOutcomeV1 {
                outcome_id: event.outcome_id,
                state: "carried_out".to_owned(),
                unit: event.unit,
                text: event.report,
                parts: Vec::new(),
                part: Some(event.part),
            };
            told_outcome(event.order_id, note, outcome)
        },
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}
