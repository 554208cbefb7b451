//! Refusals about suspensions 挂起 and requests for them.
use super::figures::failed;
use super::{no_review, unknown};
use crate::domain::NotSuspended as Not;
use crate::usecases::request_suspension::RequestRefused;
use crate::usecases::review_suspension::ReviewRefused;
use crate::usecases::suspend_order::ResumeRefused;
use db::ExecuteError;
use web::Problem;

/// Why there is no request.
pub(in crate::api) fn request_suspension(error: &ExecuteError<RequestRefused>) -> Problem {
    failed(error, |refusal| match refusal {
        RequestRefused::OrderUnknown => unknown(),
        RequestRefused::Forbidden(why) => forbidden(*why),
    })
}

/// Why a verdict is none.
pub(in crate::api) fn review_suspension(error: &ExecuteError<ReviewRefused>) -> Problem {
    failed(error, |refusal| match refusal {
        ReviewRefused::Unknown => {
            Problem::not_found("suspension_unknown", refusal.to_string()).detail_zh("没有此挂起申请")
        }
        ReviewRefused::NoReview(refusal) => no_review(*refusal),
        ReviewRefused::Longer => Problem::unprocessable("suspension_forbidden", refusal.to_string())
            .detail_zh("不得长于所申请的期限")
            .field("until"),
        ReviewRefused::Forbidden(why) => forbidden(*why),
    })
}

/// Why an order does not go on.
pub(in crate::api) fn resume(error: &ExecuteError<ResumeRefused>) -> Problem {
    failed(error, |refusal| match refusal {
        ResumeRefused::OrderUnknown => unknown(),
        ResumeRefused::NotSuspended => {
            Problem::conflict("not_suspended", refusal.to_string()).detail_zh("工单未挂起")
        }
    })
}

/// A rule of the city forbids it, or nothing could stand still.
fn forbidden(why: Not) -> Problem {
    let en = why.to_string();
    match why {
        Not::Already | Not::NotRunning | Not::NotResponsible => {
            Problem::conflict("suspension_conflict", en).detail_zh("工单已挂起或无在办时限")
        }
        Not::AlreadyPending(_) => {
            Problem::conflict("suspension_conflict", en).detail_zh("该工单已有挂起申请待审核")
        }
        Not::Reason | Not::Backwards | Not::TooLong | Not::TooOften => {
            Problem::unprocessable("suspension_forbidden", en)
                .detail_zh("本市挂起规定不允许")
                .field(if why == Not::Reason {
                    "reason_code"
                } else {
                    "until"
                })
        }
    }
}
