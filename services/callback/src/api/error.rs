//! The only place that turns refusals of use cases into problems.
use crate::domain::{AnswerRefused, MissingField};
use db::{DbError, ExecuteError};
use web::{Problem, Text};

/// Titles of this service's own problem codes.
pub const TEXTS: &[Text] = &[
    Text::new("callback_unknown", "there is no such callback", "没有此回访任务"),
    Text::new(
        "callback_answered",
        "this callback has another answer already",
        "此回访已有不同的结果",
    ),
    Text::new(
        "callback_not_due",
        "this callback is not to be called",
        "此回访任务当前无需回访",
    ),
    Text::new(
        "nobody_to_call",
        "nobody can be called about this order",
        "该工单没有可回访的诉求人",
    ),
    Text::new("remark_too_long", "the remark is too long", "备注过长"),
];

/// No such task.
pub(super) fn unknown() -> Problem {
    Problem::not_found("callback_unknown", "see GET /v1/callbacks").detail_zh("请参见回访任务列表")
}

/// The database failed.
pub(super) fn db(error: &DbError) -> Problem {
    if error.is_unavailable() {
        Problem::unavailable(1)
    } else {
        Problem::internal(error)
    }
}

/// A reached caller answers everything, the desk at least `solved`.
pub(super) fn missing(error: MissingField) -> Problem {
    Problem::unprocessable("missing_field", error.to_string())
        .detail_zh(format!("必须填写 {}", error.0))
        .field(error.0)
}

/// An answer was refused.
pub(super) fn answer(error: &ExecuteError<AnswerRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(AnswerRefused::Unknown) => unknown(),
        ExecuteError::Refused(AnswerRefused::AnsweredOtherwise) => Problem::conflict(
            "callback_answered",
            "an answer is never changed; the first one stands",
        )
        .detail_zh("回访结果不可更改，以首次记录为准"),
        ExecuteError::Refused(AnswerRefused::NobodyToCall) => Problem::conflict(
            "nobody_to_call",
            "send reached: false, and solved for what the hotline takes the reply for",
        )
        .detail_zh("请以 reached: false 和 solved 填写坐席审核结果")
        .field("reached"),
        ExecuteError::Refused(AnswerRefused::NotJudged) => missing(MissingField("solved")),
        ExecuteError::Refused(AnswerRefused::NotDue(state)) => {
            Problem::conflict("callback_not_due", format!("the callback is {state}")).with("state", *state)
        }
    }
}
