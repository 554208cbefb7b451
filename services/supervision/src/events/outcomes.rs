//! What becomes of coordination outcomes.
use crate::domain::outcome::{CoordinationOutcome, Effect};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::{ConsultationId, OrderId, OutcomeId, SupervisionId, UnitCode};
use contracts::supervision::{
    OutcomeCarriedOutV1, OutcomeDroppedV1, OutcomePartCarriedOutV1, OutcomePartV1, OutcomeRecordedV1,
};

/// `outcome.recorded`
#[must_use]
pub fn outcome_recorded(outcome: &CoordinationOutcome, cause: &Cause) -> Fact {
    let parts = outcome.parts.iter().map(|part| OutcomePartV1 {
        number: part.number,
        what: part.what.clone(),
        until: part.until,
    });
    let event = OutcomeRecordedV1 {
        order_id: OrderId(outcome.order_id),
        outcome_id: OutcomeId(outcome.outcome_id),
        consultation_id: outcome.consultation_id.map(ConsultationId),
        supervision_id: outcome.supervision_id.map(SupervisionId),
        unit: UnitCode(outcome.unit.clone()),
        text: outcome.agreed.clone(),
        parts: parts.collect(),
        until: outcome.until(),
    };
    Fact::new(outcome.order_id, outcome.recorded_at, cause, &event)
}

/// What an act did: `said` = the report about a part, or the reason; `part` = which part it was about.
#[must_use]
pub fn effect(
    outcome: &CoordinationOutcome,
    effect: Effect,
    (part, said): (i32, &str),
    now: DateTime<Utc>,
    cause: &Cause,
) -> Option<Fact> {
    let (order_id, outcome_id) = (OrderId(outcome.order_id), OutcomeId(outcome.outcome_id));
    let (unit, key) = (UnitCode(outcome.unit.clone()), outcome.order_id);
    Some(match effect {
        Effect::Nothing => return None,
        Effect::PartCarriedOut(remaining) => {
            let event = OutcomePartCarriedOutV1 {
                order_id,
                outcome_id,
                unit,
                part,
                report: said.to_owned(),
                carried_out_at: now,
                remaining,
            };
            Fact::new(key, now, cause, &event)
        }
        Effect::CarriedOut => {
            let event = OutcomeCarriedOutV1 {
                order_id,
                outcome_id,
                unit,
                part,
                report: said.to_owned(),
                carried_out_at: now,
            };
            Fact::new(key, now, cause, &event)
        }
        Effect::Dropped => {
            let event = OutcomeDroppedV1 {
                order_id,
                outcome_id,
                unit,
                reason: said.to_owned(),
            };
            Fact::new(key, now, cause, &event)
        }
    })
}
