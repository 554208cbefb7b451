//! `answer.went_against`: what a caller answered counts against a unit, which may appeal.
use super::shown;
use crate::SERVICE;
use crate::documents::Details;
use crate::domain::appeal::Answer;
use crate::domain::delivery::Notice;
use crate::usecases::tell_answer::{TellAnswer, WentAgainst};
use crate::usecases::tell_concerned::Concern;
use bus::{Handler, Verdict};
use chrono::FixedOffset;
use contracts::callback::AnswerWentAgainstV1;
use contracts::envelope::Envelope;
use contracts::unit_documents::UnitAnswerV1;
use contracts::words::Satisfaction;

pub(super) fn handler(local: FixedOffset) -> Box<dyn Handler> {
    bus::on::<AnswerWentAgainstV1, _, _, _>(
        SERVICE,
        "on_answer_went_against",
        TellAnswer,
        move |envelope| command(envelope, local),
        |refusal| Verdict::Retry(refusal.to_string()),
    )
}

fn command(envelope: Envelope<AnswerWentAgainstV1>, local: FixedOffset) -> WentAgainst {
    let event = envelope.data;
    let note = format!(
        "回访结果：{}；如有异议，可于 {} 前申诉",
        said(&event),
        shown(event.appeal_until, local)
    );
    let details = UnitAnswerV1 {
        callback_id: event.callback_id,
        generation: event.generation,
        rework: event.rework,
        contacted: event.contacted,
        solved: event.solved,
        result: event.result,
        attitude: event.attitude,
        answered_at: event.answered_at,
        appeal_until: event.appeal_until,
    };
    WentAgainst {
        answered_at: event.answered_at,
        concern: Concern {
            order_id: event.order_id,
            units: vec![event.unit.clone()],
            holders: false,
            notice: Notice::Answer,
            note,
            details: Details::Answer(details),
        },
        answer: Answer {
            callback_id: event.callback_id,
            order_id: event.order_id,
            unit: event.unit,
            generation: event.generation,
            rework: event.rework,
            appeal_until: event.appeal_until,
            correlation_id: envelope.correlation_id,
            appeal: None,
        },
    }
}

/// What counts against the unit.
fn said(event: &AnswerWentAgainstV1) -> String {
    let bad = |word| word == Satisfaction::NotSatisfied;
    let found = [
        (!event.contacted, "未与诉求人联系"),
        (!event.solved, "未解决"),
        (bad(event.result), "对结果不满意"),
        (bad(event.attitude), "对态度不满意"),
    ];
    let words: Vec<&str> = found
        .iter()
        .filter_map(|(so, word)| so.then_some(*word))
        .collect();
    words.join("、")
}
