//! Refusals about outcomes.
use crate::api::error as problems;
use crate::usecases::outcomes::OutcomeRefused as Not;
use crate::usecases::outcomes::record::RecordRefused;
use db::{DbError, ExecuteError};
use web::{Problem, Text};

/// Titles of these codes.
pub(in crate::api) const UNKNOWN: Text =
    Text::new("outcome_unknown", "there is no such outcome", "没有此协调结果");
pub(in crate::api) const EXISTS: Text = Text::new(
    "outcome_exists",
    "an outcome is not carried out yet",
    "已有尚未落实的协调结果",
);
pub(in crate::api) const CONFLICT: Text = Text::new(
    "outcome_conflict",
    "the outcome is not in the state for it",
    "协调结果当前状态不允许此操作",
);

/// What was looked for, if it is there.
pub(super) fn found<T>(found: Result<Option<T>, DbError>) -> Result<T, Problem> {
    found
        .map_err(|error| problems::db(&error))?
        .ok_or_else(|| unknown(Not::Unknown.to_string()))
}

fn unknown(detail: String) -> Problem {
    Problem::not_found("outcome_unknown", detail).detail_zh("没有此协调结果或事项")
}

/// An outcome that is not recorded.
pub(super) fn record(error: &ExecuteError<RecordRefused>) -> Problem {
    let refusal = match error {
        ExecuteError::Db(error) => return problems::db(error),
        ExecuteError::Refused(refusal) => refusal,
    };
    let en = refusal.to_string();
    let wrong = |field: &str, zh: &str| {
        Problem::unprocessable("invalid_field", refusal.to_string())
            .detail_zh(zh.to_owned())
            .field(field.to_owned())
    };
    match refusal {
        RecordRefused::OrderUnknown => Problem::unprocessable("order_unknown", en)
            .detail_zh("督办系统尚无此工单记录")
            .field("order_id"),
        RecordRefused::OrderClosed => Problem::conflict("order_closed", en)
            .detail_zh("工单已办结")
            .field("order_id"),
        RecordRefused::UnitUnknown => Problem::unprocessable("unit_unknown", en)
            .detail_zh("派单目录中没有此单位")
            .field("unit"),
        RecordRefused::NotHeld => wrong("consultation_id", "没有就此工单召开过该会商"),
        RecordRefused::NotSupervised => wrong("supervision_id", "该督办件不涉及此工单"),
        RecordRefused::PartDueBefore(place) => wrong(&format!("parts[{place}].until"), "时限须晚于现在"),
        RecordRefused::Exists => Problem::conflict("outcome_exists", en)
            .detail_zh("该工单已有尚未落实的协调结果")
            .field("order_id"),
        RecordRefused::KeyReused => web::idempotency::reused(),
    }
}

/// Nothing happens to an outcome.
pub(super) fn act(error: &ExecuteError<Not>) -> Problem {
    let refusal = match error {
        ExecuteError::Db(error) => return problems::db(error),
        ExecuteError::Refused(refusal) => refusal,
    };
    let en = refusal.to_string();
    match refusal {
        Not::Unknown | Not::NoSuchPart => unknown(en),
        Not::Ended => Problem::conflict("outcome_conflict", en).detail_zh("该协调结果已了结"),
        Not::CarriedOutBefore => Problem::conflict("outcome_conflict", en).detail_zh("该事项已确认落实"),
        Not::SamePerson => {
            Problem::unprocessable("second_person_needed", en).detail_zh("须由记录人以外的人员确认")
        }
    }
}
