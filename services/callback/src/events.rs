//! From what happened to what the other services hear. The only file that knows both.
use crate::domain::review::AppealRefused;
use crate::domain::{Asking, Assignment, Claims, Contradiction, Happening, Order, Round, Said};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::callback::{
    AnswerWentAgainstV1, AppealOpenedV1, AppealRefusedV1, AppealRejectedV1, AppealUpheldV1,
    CallbackAttemptedV1, CallbackRecordedV1, CallbackScheduledV1, ClaimsV1, ContradictionV1, JudgementMadeV1,
    OrderClosedV1, OrderRaisedV1, OrderReworkedV1, ReplyContradictedV1,
};
use contracts::cause::Cause;
use contracts::ids::{AppealId, CallbackId, JudgementId, OrderId, UnitCode};
use contracts::words::{Finding, RaisedTo};

/// What a unit is told when the callback agent wrote no remark.
const NO_REMARK: &str = "回访：诉求人表示未解决";
/// The same when nobody could be asked.
const JUDGED: &str = "审核：问题未解决";
/// What a unit is told of a confidential order whatever the remark says: it may name the caller.
const CONFIDENTIAL: &str = "回访：问题未解决（保密件，详情请联系热线）";

/// The fact for one happening.
#[must_use]
pub fn fact(order: &Order, happening: &Happening, now: DateTime<Utc>, cause: &Cause) -> Fact {
    let order_id = order.order_id;
    let key = order_id.uuid();
    match happening.clone() {
        Happening::Scheduled(round, due_at) => {
            let (callback_id, rework) = (round.callback_id, round.rework);
            let event = CallbackScheduledV1 {
                callback_id,
                order_id,
                rework,
                due_at,
            };
            Fact::new(key, now, cause, &event)
        }
        Happening::Attempted(round, way, attempt, due_at) => {
            let callback_id = round.callback_id;
            let event = CallbackAttemptedV1 {
                callback_id,
                order_id,
                attempt,
                due_at,
                way: Some(way),
            };
            Fact::new(key, now, cause, &event)
        }
        Happening::Recorded(round, said, asking) => {
            Fact::new(key, now, cause, &recorded(order_id, round, said, asking))
        }
        Happening::WentAgainst(round, said, at, until) => {
            Fact::new(key, now, cause, &went_against(order_id, round, said, (at, until)))
        }
        Happening::Contradicted(round, contradiction) => {
            Fact::new(key, now, cause, &contradicted(order_id, round, contradiction))
        }
        Happening::Reworked(round, remark, limit) => {
            let Round {
                unit,
                generation,
                rework,
                ..
            } = round;
            let reason = reason(order, remark);
            let event = OrderReworkedV1 {
                order_id,
                unit,
                generation,
                rework,
                reason,
                limit: Some(limit),
            };
            Fact::new(key, now, cause, &event)
        }
        Happening::Raised(round, to) => Fact::new(key, now, cause, &raised(order_id, round, to)),
        Happening::Closed(complaint_id, outcome, finding, closed_at) => {
            let event = OrderClosedV1 {
                order_id,
                complaint_id,
                outcome,
                closed_at,
                finding,
            };
            Fact::new(key, now, cause, &event)
        }
    }
}

fn contradicted(order_id: OrderId, round: Round, contradiction: Contradiction) -> ReplyContradictedV1 {
    let evidence = Some(evidence(&round, &contradiction));
    ReplyContradictedV1 {
        order_id,
        callback_id: round.callback_id,
        unit: round.unit,
        generation: round.generation,
        claims: contradiction.claims,
        evidence,
    }
}

/// What a contradiction rests on, without any text.
fn evidence(round: &Round, contradiction: &Contradiction) -> ContradictionV1 {
    let Contradiction {
        claimed: Claims {
            solved,
            contacted,
            result,
        },
        said,
        asking,
        ..
    } = *contradiction;
    ContradictionV1 {
        rework: round.rework,
        replied_at: contradiction.replied_at,
        claimed: ClaimsV1 {
            solved,
            contacted,
            result,
        },
        answered_at: asking.at,
        way: asking.way,
        said: ClaimsV1 {
            solved: said.solved,
            contacted: said.contacted,
            result: Some(said.result),
        },
    }
}

fn recorded(order_id: OrderId, round: Round, said: Said, asking: Asking) -> CallbackRecordedV1 {
    CallbackRecordedV1 {
        callback_id: round.callback_id,
        order_id,
        unit: round.unit,
        generation: round.generation,
        rework: round.rework,
        contacted: said.contacted,
        solved: said.solved,
        result: said.result,
        attitude: said.attitude,
        way: Some(asking.way),
        answered_at: Some(asking.at),
        asked_with: asking.asked_with,
    }
}

fn went_against(
    order_id: OrderId,
    round: Round,
    said: Said,
    (answered_at, appeal_until): (DateTime<Utc>, DateTime<Utc>),
) -> AnswerWentAgainstV1 {
    AnswerWentAgainstV1 {
        order_id,
        callback_id: round.callback_id,
        unit: round.unit,
        generation: round.generation,
        rework: round.rework,
        contacted: said.contacted,
        solved: said.solved,
        result: said.result,
        attitude: said.attitude,
        answered_at,
        appeal_until,
    }
}

/// What the unit is told the caller still wants. Numbers were masked when the remark was taken.
fn reason(order: &Order, remark: String) -> String {
    let registration = order.registration.as_ref();
    if registration.is_none_or(|registration| registration.confidential) {
        CONFIDENTIAL.to_owned()
    } else if !remark.trim().is_empty() {
        remark
    } else if registration.is_some_and(|registration| registration.caller.is_none()) {
        JUDGED.to_owned()
    } else {
        NO_REMARK.to_owned()
    }
}

/// An order that supervision or the leaders take on.
fn raised(order_id: OrderId, round: Round, to: RaisedTo) -> OrderRaisedV1 {
    OrderRaisedV1 {
        order_id,
        callback_id: round.callback_id,
        unit: round.unit,
        generation: round.generation,
        rework: round.rework,
        to,
    }
}

/// What two people found.
pub fn judged(
    judgement_id: JudgementId,
    order_id: OrderId,
    callback_ids: Vec<CallbackId>,
    assignment: Assignment,
    (finding, reason): (Finding, String),
) -> JudgementMadeV1 {
    JudgementMadeV1 {
        judgement_id,
        order_id,
        callback_ids,
        unit: assignment.unit,
        generation: assignment.generation,
        finding,
        reason,
    }
}

/// A unit says that an answer is wrong.
pub fn appeal_opened(appeal_id: AppealId, order_id: OrderId, round: Round, ground: String) -> AppealOpenedV1 {
    AppealOpenedV1 {
        appeal_id,
        order_id,
        callback_id: round.callback_id,
        unit: round.unit,
        generation: round.generation,
        rework: round.rework,
        ground,
    }
}

/// It is right.
pub fn appeal_upheld(appeal_id: AppealId, order_id: OrderId, round: Round, reason: String) -> AppealUpheldV1 {
    AppealUpheldV1 {
        appeal_id,
        order_id,
        callback_id: round.callback_id,
        unit: round.unit,
        reason,
    }
}

/// It is wrong.
pub fn appeal_rejected(
    appeal_id: AppealId,
    order_id: OrderId,
    round: Round,
    reason: String,
) -> AppealRejectedV1 {
    AppealRejectedV1 {
        appeal_id,
        order_id,
        callback_id: round.callback_id,
        unit: round.unit,
        reason,
    }
}

/// There is no such appeal, and why.
pub fn appeal_refused(
    (order_id, callback_id): (OrderId, CallbackId),
    unit: UnitCode,
    refused: AppealRefused,
) -> AppealRefusedV1 {
    let (code, reason) = match refused {
        AppealRefused::TooLate(_) => ("too_late", "申诉期限已届满"),
        AppealRefused::Exists | AppealRefused::Reviewed | AppealRefused::SamePerson => {
            ("exists", "对该回访结果已有申诉")
        }
        AppealRefused::NotBad => ("not_bad", "该结果对承办单位并无不利"),
        AppealRefused::Unknown => ("unknown", "没有此回访结果"),
    };
    AppealRefusedV1 {
        order_id,
        callback_id,
        unit,
        code: code.to_owned(),
        reason: reason.to_owned(),
    }
}
