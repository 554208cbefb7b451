//! Examples of the events of callback.
use super::fixed::{appeal, callback, complaint, judgement, order, time};
use super::{Example, example};
use contracts::callback::{
    AnswerWentAgainstV1, AppealOpenedV1, AppealRefusedV1, AppealRejectedV1, AppealUpheldV1,
    CallbackAttemptedV1, CallbackRecordedV1, CallbackScheduledV1, JudgementMadeV1, OrderClosedV1,
    OrderRaisedV1, OrderReworkedV1, ReplyContradictedV1,
};
use contracts::words::{Finding, Outcome, RaisedTo, Satisfaction};

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let attempted = CallbackAttemptedV1 {
        callback_id: callback(),
        order_id: order(),
        attempt: 2,
        due_at: time("2025-10-10T01:00:00Z"),
        way: None,
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
        way: None,
        answered_at: None,
        asked_with: None,
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
        finding: None,
    };
    let reworked = OrderReworkedV1 {
        order_id: order(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        reason: "路灯仍不亮".to_owned(),
        limit: None,
    };
    let contradicted = ReplyContradictedV1 {
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        generation: 2,
        claims: vec!["solved".to_owned(), "contacted".to_owned(), "result".to_owned()],
        evidence: None,
    };
    vec![
        example(key, went_against()),
        example(key, opened()),
        example(key, refused()),
        example(key, rejected()),
        example(key, upheld()),
        example(key, attempted),
        example(key, recorded),
        example(key, scheduled),
        example(key, judged()),
        example(key, closed),
        example(key, raised()),
        example(key, reworked),
        example(key, contradicted),
    ]
}

fn went_against() -> AnswerWentAgainstV1 {
    AnswerWentAgainstV1 {
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        contacted: true,
        solved: false,
        result: Satisfaction::NotSatisfied,
        attitude: Satisfaction::BasicallySatisfied,
        answered_at: time("2025-10-10T02:30:00Z"),
        appeal_until: time("2025-10-17T13:00:00Z"),
    }
}

fn refused() -> AppealRefusedV1 {
    AppealRefusedV1 {
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        code: "exists".to_owned(),
        reason: "对该回访结果已有申诉".to_owned(),
    }
}

fn opened() -> AppealOpenedV1 {
    AppealOpenedV1 {
        appeal_id: appeal(),
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 1,
        ground: "路灯已于回访前修复".to_owned(),
    }
}

fn upheld() -> AppealUpheldV1 {
    AppealUpheldV1 {
        appeal_id: appeal(),
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        reason: "现场照片属实".to_owned(),
    }
}

fn rejected() -> AppealRejectedV1 {
    AppealRejectedV1 {
        appeal_id: appeal(),
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        reason: "照片早于回访".to_owned(),
    }
}

fn judged() -> JudgementMadeV1 {
    JudgementMadeV1 {
        judgement_id: judgement(),
        order_id: order(),
        callback_ids: vec![callback()],
        unit: "U-CG".into(),
        generation: 2,
        finding: Finding::Unreasonable,
        reason: "要求拆除合法设施".to_owned(),
    }
}

fn raised() -> OrderRaisedV1 {
    OrderRaisedV1 {
        order_id: order(),
        callback_id: callback(),
        unit: "U-CG".into(),
        generation: 2,
        rework: 3,
        to: RaisedTo::Supervision,
    }
}
