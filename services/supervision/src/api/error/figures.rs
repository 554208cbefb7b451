//! Refusals about figures, scores and exclusions.
use super::{db, unknown};
use crate::usecases::request_exclusion::ExclusionRefused;
use crate::usecases::review_exclusion::ReviewRefused;
use crate::usecases::scores::RequestRefused;
use db::ExecuteError;
use web::Problem;

/// There is no figure of that name.
pub(in crate::api) fn figure_unknown() -> Problem {
    Problem::not_found("figure_unknown", "no such figure").detail_zh("没有此指标")
}

/// There is no such alert.
pub(in crate::api) fn alert_unknown() -> Problem {
    Problem::not_found("alert_unknown", "no such alert").detail_zh("没有此预警")
}

/// There is no such kind of report.
pub(in crate::api) fn report_unknown() -> Problem {
    Problem::not_found("report_unknown", "no such kind of report").detail_zh("没有此类报告")
}

/// The month has no such revision.
pub(in crate::api) fn revision_unknown() -> Problem {
    Problem::not_found("revision_unknown", "the month has no such revision").detail_zh("该月没有此版次")
}

/// There is nothing frozen to look at.
pub(in crate::api) fn not_closed() -> Problem {
    Problem::not_found("period_open", "the month is not closed").detail_zh("该月尚未结账")
}

/// Work that failed for another reason than its rules.
pub(super) fn failed<R: std::error::Error>(
    error: &ExecuteError<R>,
    refused: impl FnOnce(&R) -> Problem,
) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(refusal),
        ExecuteError::Db(error) => db(error),
    }
}

/// Why a month is not closed or corrected.
pub(in crate::api) fn closing(error: &ExecuteError<RequestRefused>) -> Problem {
    failed(error, |refusal| match refusal {
        RequestRefused::NoMonth => Problem::bad_request("invalid_field", "a month is YYYY-MM")
            .detail_zh("月份格式为 YYYY-MM")
            .field("period"),
        RequestRefused::NotOver => {
            Problem::conflict("period_open", "the month is not over").detail_zh("该月尚未结束")
        }
        RequestRefused::NotClosed => {
            Problem::conflict("period_open", "close the month first").detail_zh("请先结账")
        }
        RequestRefused::Closed => Problem::conflict("period_closed", "ask for a correction instead")
            .detail_zh("该月已结账，请申请更正"),
        RequestRefused::Waits => {
            Problem::conflict("closing_waits", "wait until it is done").detail_zh("请等待处理完成")
        }
    })
}

/// Why an exclusion is not taken on.
pub(in crate::api) fn exclusion(error: &ExecuteError<ExclusionRefused>) -> Problem {
    failed(error, |refusal| match refusal {
        ExclusionRefused::OrderUnknown => unknown(),
    })
}

/// Why an exclusion is not decided.
pub(in crate::api) fn exclusion_review(error: &ExecuteError<ReviewRefused>) -> Problem {
    failed(error, |refusal| match refusal {
        ReviewRefused::Unknown => {
            Problem::not_found("exclusion_unknown", "no such exclusion").detail_zh("没有此剔除申请")
        }
        ReviewRefused::Decided(state) => {
            Problem::conflict("exclusion_decided", format!("it is {state}")).detail_zh("该申请已审定")
        }
        ReviewRefused::SamePerson => {
            Problem::conflict("second_person_needed", "whoever asked does not decide")
                .detail_zh("申请人不得自行审定")
        }
    })
}
