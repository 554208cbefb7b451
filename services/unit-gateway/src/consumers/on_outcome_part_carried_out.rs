//! `outcome.part_carried_out`: a part of what was promised is carried out, others remain.
use super::told_outcome;
use crate::SERVICE;
use crate::usecases::tell_concerned::TellConcerned;
use bus::{Handler, Verdict};
use contracts::supervision::OutcomePartCarriedOutV1;
use contracts::unit_documents::UnitOutcomeV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<OutcomePartCarriedOutV1, _, _, _>(
        SERVICE,
        "on_outcome_part_carried_out",
        TellConcerned,
        |envelope| {
            let event = envelope.data;
            let note = format!(
                "协调结果第 {} 项已落实（尚余 {} 项）：{}",
                event.part, event.remaining, event.report
            );
            let outcome = UnitOutcomeV1 {
                outcome_id: event.outcome_id,
                state: "part_carried_out".to_owned(),
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
