//! The only place that turns refusals of use cases into problems.
use crate::usecases::policies::PutRefused;
use db::{DbError, ExecuteError};
use web::{Problem, Text};

/// Titles of this service's own problem codes.
pub const TEXTS: &[Text] = &[
    Text::new("order_unknown", "there is no such order", "没有此工单"),
    Text::new("policy_unknown", "there is no such policy", "没有此政策文件"),
    Text::new("policy_faulty", "the policy is wrong", "政策文件有误"),
];

/// Nothing is known of the order.
pub(super) fn unknown() -> Problem {
    Problem::not_found("order_unknown", "supervision has heard nothing of it")
        .detail_zh("督办系统尚无此工单记录")
}

/// The database failed.
pub(super) fn db(error: &DbError) -> Problem {
    if error.is_unavailable() {
        Problem::unavailable(1)
    } else {
        Problem::internal(error)
    }
}

/// No such document or version.
pub(super) fn policy_unknown() -> Problem {
    Problem::not_found("policy_unknown", "there is no such policy or version")
        .detail_zh("没有此政策文件或版本")
}

/// A document that was not put.
pub(super) fn put_policy(error: &ExecuteError<PutRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(PutRefused::Unknown) => policy_unknown(),
        ExecuteError::Refused(PutRefused::Fault(fault)) => {
            Problem::unprocessable("policy_faulty", fault.to_string())
                .detail_zh(format!("政策文件有误：{fault}"))
                .field(fault.field.clone())
        }
    }
}
