//! Examples of the events of callback.
use super::fixed::{callback, complaint, order, time};
use super::{Example, example};
use contracts::callback::{
    CallbackAttemptedV1, CallbackRecordedV1, CallbackScheduledV1, OrderClosedV1, OrderReworkedV1,
    ReplyContradictedV1,
};
use contracts::words::{Outcome, Satisfaction};

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let attempted = CallbackAttemptedV1 {
        callback_id: callback(),
        order_id: order(),
        attempt: 2,
        due_at: time("2025-10-10T01:00:00Z"),
    };
    let recorded = CallbackRecordedV1 {
        callback_id: callback(),
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        contacted: true,
        solved: false,
        result: Satisfaction::NotSatisfied,
        attitude: Satisfaction::BasicallySatisfied,
    };
    let scheduled = CallbackScheduledV1 {
        callback_id: callback(),
        order_id: order(),
        rework: 1,
        due_at: time("2025-10-09T01:00:00Z"),
    };
    let closed = OrderClosedV1 {
        order_id: order(),
        complaint_id: complaint(),
        outcome: Outcome::Solved,
        closed_at: time("2025-10-10T02:30:00Z"),
    };
    let reworked = OrderReworkedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        reason: "路灯仍不亮".to_owned(),
    };
    let contradicted = ReplyContradictedV1 {
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        generation: 2,
        claims: vec!["solved".to_owned(), "contacted".to_owned(), "result".to_owned()],
    };
    vec![
        example(key, attempted),
        example(key, recorded),
        example(key, scheduled),
        example(key, closed),
        example(key, reworked),
        example(key, contradicted),
    ]
}
