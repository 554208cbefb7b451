//! Refusals about figures, scores and exclusions.
use super::{db, no_review, unknown};
use crate::domain::NoReview;
use crate::domain::figures::OverLimit;
use crate::usecases::request_exclusion::ExclusionRefused;
use crate::usecases::review_exclusion::ReviewRefused;
use crate::usecases::scores::RequestRefused;
use chrono::FixedOffset;
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
pub(in crate::api) fn exclusion(error: &ExecuteError<ExclusionRefused>, offset: FixedOffset) -> Problem {
    failed(error, |refusal| match refusal {
        ExclusionRefused::OrderUnknown => unknown(),
        ExclusionRefused::OverLimit(over) => over_limit(over, offset),
    })
}

/// Why an exclusion is not decided.
pub(in crate::api) fn exclusion_review(error: &ExecuteError<ReviewRefused>, offset: FixedOffset) -> Problem {
    failed(error, |refusal| match refusal {
        ReviewRefused::Unknown => {
            Problem::not_found("exclusion_unknown", "no such exclusion").detail_zh("没有此剔除申请")
        }
        ReviewRefused::OverLimit(over) => over_limit(over, offset),
        ReviewRefused::NoReview(NoReview::Over) => {
            Problem::conflict("exclusion_decided", refusal.to_string()).detail_zh("该申请已审定")
        }
        ReviewRefused::NoReview(no @ NoReview::NotReviewer) => no_review(*no),
        ReviewRefused::NoReview(NoReview::Own) => Problem::conflict(
            "second_person_needed",
            "nobody grants what they asked for themselves",
        )
        .detail_zh("不得批准本人提出的申请"),
    })
}

/// A limit of the city, by its name in the policy.
fn over_limit(over: &OverLimit, offset: FixedOffset) -> Problem {
    match over {
        OverLimit::TooLate { days, until } => {
            let until = until.with_timezone(&offset).format("%Y-%m-%d %H:%M");
            let en = format!(
                "`exclusions.days_max`: at most {days} days after the order's end or its last limit, until {until}"
            );
            Problem::unprocessable("exclusion_too_late", en)
                .detail_zh(format!(
                    "剔除须在工单办结或最后时限后 {days} 天内申请，已于 {until} 截止"
                ))
                .field("order_id")
        }
        OverLimit::TooMany { percent, share } => {
            let (unit, month) = (&share.unit, &share.month);
            let (excluded, dispatched) = (share.excluded, share.dispatched);
            let zh = format!(
                "{unit} {month} 受理 {dispatched} 件，已剔除 {excluded} 件，剔除比例不得超过 {percent}%"
            );
            Problem::unprocessable(
                "exclusion_share",
                format!("`exclusions.share_percent_max`: {over}"),
            )
            .detail_zh(zh)
            .field("order_id")
            .with("share_percent_max", *percent)
        }
    }
}
