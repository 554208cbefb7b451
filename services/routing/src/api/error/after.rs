//! Refusals of what comes after a decision: rulings, claims that end.
use super::{claimed, db, no_directory, order_unknown};
use crate::domain::order::{IllegalMove, OrderState};
use crate::domain::ruling::Unruly;
use crate::usecases::release_claim::ReleaseRefused;
use crate::usecases::rule_order::RuleRefused;
use db::ExecuteError;
use web::{Problem, Text};

/// Titles of these codes.
pub(super) const RULING_NEEDED: Text = Text::new(
    "ruling_needed",
    "the order is disputed; only a ruling assigns it",
    "工单存在争议，须经会商定规后派单",
);
pub(super) const UNIT_RETURNED: Text = Text::new(
    "unit_returned",
    "the unit returned this order, and the return was upheld",
    "该单位已退回本工单并获准",
);
pub(super) const RULING_INVALID: Text = Text::new(
    "ruling_invalid",
    "the ruling cannot become a duty",
    "该定规无法成为派单目录条目",
);
pub(super) const RULING_INEFFECTIVE: Text = Text::new(
    "ruling_ineffective",
    "the duty would not decide this order",
    "该定规形成的条目不能决定本工单",
);
/// An order is not in the state for it.
pub(super) fn not_waiting(problem: &IllegalMove) -> Problem {
    let problem_of = |code, detail: String| Problem::conflict(code, detail);
    match problem.state {
        OrderState::Disputed => problem_of(
            "ruling_needed",
            "see POST /v1/orders/{order_id}/rulings".to_owned(),
        )
        .detail_zh("请提交会商定规"),
        _ => problem_of("order_not_waiting", problem.to_string()),
    }
    .with("state", problem.state.as_str())
}

/// The end of a claim was refused.
pub(in crate::api) fn release(error: &ExecuteError<ReleaseRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(ReleaseRefused::NotWaiting) => {
            Problem::not_found("order_not_waiting", "see GET /v1/manual-queue")
                .detail_zh("请参见人工派单队列")
        }
        ExecuteError::Refused(ReleaseRefused::Claimed { until }) => claimed(*until),
    }
}

/// A ruling was refused.
pub(in crate::api) fn ruling(error: &ExecuteError<RuleRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(RuleRefused::OrderUnknown) => order_unknown(),
        ExecuteError::Refused(RuleRefused::Illegal(problem)) => {
            Problem::conflict("order_not_waiting", problem.to_string()).with("state", problem.state.as_str())
        }
        ExecuteError::Refused(RuleRefused::Claimed { until }) => claimed(*until),
        ExecuteError::Refused(RuleRefused::KeyReused) => web::idempotency::reused(),
        ExecuteError::Refused(RuleRefused::NoDirectory) => no_directory(),
        ExecuteError::Refused(RuleRefused::Unruly(unruly)) => self::unruly(unruly),
    }
}

fn unruly(unruly: &Unruly) -> Problem {
    let (code, field) = (unruly.code(), unruly.field());
    if let Unruly::Ineffective { said, said_zh } = unruly {
        let detail = "narrow it down with division or conditions; `explanation` says what decides instead";
        return Problem::unprocessable(code, detail)
            .detail_zh("请用区划或条件加以限定；explanation 说明现由何条目决定")
            .field(field)
            .with("explanation", serde_json::json!({ "en": said, "zh": said_zh }));
    }
    Problem::unprocessable(code, unruly.to_string()).field(field)
}
