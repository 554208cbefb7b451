//! What supervision orders tell: opened, raised, ended. Other steps are nobody else's business.
use crate::domain::supervision::{Step, StepKind, SupervisionOrder};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::UnitCode;
use contracts::supervision::{SupervisionDischargedV1, SupervisionEscalatedV1, SupervisionOpenedV1};

/// The facts of the steps that are not written yet.
#[must_use]
pub fn facts(order: &SupervisionOrder, now: DateTime<Utc>, cause: &Cause) -> Vec<Fact> {
    let told = order.fresh.iter().filter_map(|step| {
        let cause = Cause {
            actor: step.author.clone(),
            ..cause.clone()
        };
        fact(order, step, now, &cause)
    });
    told.collect()
}

fn fact(order: &SupervisionOrder, step: &Step, now: DateTime<Utc>, cause: &Cause) -> Option<Fact> {
    let key = order.order_id.uuid();
    let (order_id, supervision_id) = (order.order_id, order.identity.id);
    let trigger = step.trigger.clone().unwrap_or_default();
    let told: Vec<UnitCode> = step.told.iter().cloned().map(UnitCode).collect();
    let evidence = order.rung.as_ref().map(|rung| rung.evidence.clone());
    let evidence = evidence.unwrap_or_default();
    let answer_until = step.answer_until.unwrap_or(now);
    Some(match step.kind {
        StepKind::Opened => {
            let event = SupervisionOpenedV1 {
                order_id,
                supervision_id,
                number: step.document.clone(),
                level: step.level,
                trigger,
                unit: order.unit.clone(),
                told,
                answer_until,
                evidence,
                demand: step.text.clone(),
            };
            Fact::new(key, now, cause, &event)
        }
        StepKind::Escalated => {
            let event = SupervisionEscalatedV1 {
                order_id,
                supervision_id,
                number: step.document.clone(),
                from: step.from_level?,
                level: step.level,
                trigger,
                unit: order.unit.clone(),
                told,
                answer_until,
                evidence,
                demand: step.text.clone(),
            };
            Fact::new(key, now, cause, &event)
        }
        StepKind::Discharged => {
            let event = SupervisionDischargedV1 {
                order_id,
                supervision_id,
                level: step.level,
                outcome: step.outcome.clone()?,
                reason: step.text.clone(),
            };
            Fact::new(key, now, cause, &event)
        }
        StepKind::Proposed
        | StepKind::Noticed
        | StepKind::Expired
        | StepKind::Answered
        | StepKind::Accepted
        | StepKind::Rejected => return None,
    })
}
