//! The only place that turns refusals of use cases into problems.
mod after;

pub(super) use after::{release, ruling};

use crate::pack::Faults;
use crate::usecases::claim_order::ClaimRefused;
use crate::usecases::directories::Which;
use crate::usecases::dispatch_order::DispatchRefused;
use crate::usecases::publish_directory::{PublishError, PublishRefused};
use crate::usecases::review_return::ReviewRefused;
use db::{DbError, ExecuteError};
use web::{Problem, Text};

/// Titles of this service's own problem codes.
pub const TEXTS: &[Text] = &[
    Text::new("order_unknown", "there is no such order", "没有此工单"),
    Text::new(
        "decision_unknown",
        "the order has no decision of that number",
        "该工单没有此编号的决定",
    ),
    Text::new(
        "assignment_unknown",
        "the order has no such assignment",
        "该工单没有此次派单",
    ),
    Text::new(
        "order_not_waiting",
        "the order does not wait for a dispatcher",
        "工单不在人工派单队列中",
    ),
    Text::new(
        "order_claimed",
        "another dispatcher works on the order",
        "工单正由其他派单员处理",
    ),
    Text::new(
        "order_state",
        "the order's state does not allow this",
        "工单当前状态不允许此操作",
    ),
    Text::new("unit_unknown", "there is no such unit", "没有此单位"),
    Text::new(
        "unit_not_valid",
        "the unit is not valid today",
        "单位不存在或当日无效",
    ),
    Text::new(
        "matter_unknown",
        "the catalogue has no such matter",
        "目录中没有此事项",
    ),
    Text::new(
        "return_unknown",
        "there is no such return request",
        "没有此退单申请",
    ),
    Text::new(
        "return_not_open",
        "the return request does not wait for review",
        "退单申请不在待审状态",
    ),
    Text::new("reason_missing", "a reason is needed", "必须填写理由"),
    Text::new("reason_too_long", "the reason is too long", "理由过长"),
    Text::new("place_invalid", "the place cannot be read", "地点无效"),
    Text::new(
        "too_many_questions",
        "too many questions in one request",
        "一次提交的问题过多",
    ),
    Text::new(
        "pack_faults",
        "the pack has faults; nothing was changed",
        "数据包有误，未作任何更改",
    ),
    Text::new(
        "uploads_busy",
        "as many packs as may be are being read",
        "正在读取的数据包已达上限",
    ),
    Text::new("file_invalid", "a file cannot be read", "文件无法读取"),
    Text::new("draft_unknown", "there is no such draft", "没有此草稿"),
    Text::new(
        "draft_not_open",
        "the draft has been published or discarded",
        "草稿已发布或已作废",
    ),
    Text::new(
        "draft_outdated",
        "another version was published since the draft began",
        "草稿之后已发布新版本",
    ),
    Text::new("draft_edited", "the draft was edited meanwhile", "草稿刚被修改"),
    Text::new(
        "draft_is_import",
        "an import cannot be moved",
        "导入的草稿不能变更基准版本",
    ),
    Text::new("row_invalid", "the row has faults", "该行有误"),
    Text::new("row_unknown", "the draft has no such row", "草稿中没有此行"),
    Text::new("row_needed", "other rows need the row", "该行仍被引用"),
    Text::new(
        "second_person_needed",
        "a second person must publish",
        "须由另一人发布",
    ),
    Text::new("lint_errors", "lint found new errors", "体检发现新错误"),
    Text::new("days_invalid", "too many days, or none", "天数无效"),
    Text::new(
        "version_choice_invalid",
        "a version by number or by moment, not both",
        "版本号与时刻只能二选一",
    ),
    Text::new("version_unknown", "there is no such version", "没有此版本"),
    Text::new(
        "directory_missing",
        "no directory has been published yet",
        "尚未发布派单目录",
    ),
    Text::new("text_too_long", "the text is too long", "文字过长"),
    after::RULING_NEEDED,
    after::UNIT_RETURNED,
    after::RULING_INVALID,
    after::RULING_INEFFECTIVE,
];

/// No such order.
pub(super) fn order_unknown() -> Problem {
    Problem::not_found("order_unknown", "routing has not heard of this order")
        .detail_zh("派单服务尚未收到该工单")
}

/// Nothing to decide by.
pub(super) fn no_directory() -> Problem {
    let detail = "publish a pack with POST /v1/directory/versions";
    Problem::conflict("directory_missing", detail).detail_zh("请先发布数据包")
}

/// The version that was asked for is not there.
pub(super) fn no_version(which: Which) -> Problem {
    match which {
        Which::Newest => no_directory(),
        Which::Version(version) => {
            Problem::not_found("version_unknown", format!("there is no version {version}"))
                .detail_zh(format!("没有版本{version}"))
                .field("directory_version")
        }
        Which::InForce(at) => Problem::not_found(
            "version_unknown",
            format!("nothing was published before {}", at.to_rfc3339()),
        )
        .detail_zh("该时刻之前尚未发布任何版本")
        .field("directory_at"),
    }
}

/// The database failed.
pub(super) fn db(error: &DbError) -> Problem {
    if error.is_unavailable() {
        Problem::unavailable(1)
    } else {
        Problem::internal(error)
    }
}

fn claimed(until: chrono::DateTime<chrono::Utc>) -> Problem {
    Problem::conflict("order_claimed", "try again when the other's hold has ended")
        .detail_zh("请待其占用期满后再试")
        .with("claimed_until", until.to_rfc3339())
}

/// A claim was refused.
pub(super) fn claim(error: &ExecuteError<ClaimRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(ClaimRefused::NotWaiting) => {
            Problem::not_found("order_not_waiting", "see GET /v1/manual-queue")
                .detail_zh("请参见人工派单队列")
        }
        ExecuteError::Refused(ClaimRefused::Claimed { until }) => claimed(*until),
    }
}

/// A dispatcher's decision was refused.
pub(super) fn dispatch(error: &ExecuteError<DispatchRefused>) -> Problem {
    let refused = match error {
        ExecuteError::Db(error) => return db(error),
        ExecuteError::Refused(refused) => refused,
    };
    match refused {
        DispatchRefused::OrderUnknown => order_unknown(),
        DispatchRefused::Illegal(problem) => after::not_waiting(problem),
        DispatchRefused::Claimed { until } => claimed(*until),
        DispatchRefused::Unit { field, .. } => {
            Problem::unprocessable("unit_not_valid", refused.to_string()).field(field.clone())
        }
        DispatchRefused::Returned { field, .. } => {
            Problem::conflict("unit_returned", refused.to_string()).field(field.clone())
        }
        DispatchRefused::Matter(_) => {
            Problem::unprocessable("matter_unknown", refused.to_string()).field("matter")
        }
        DispatchRefused::NoDirectory => no_directory(),
    }
}

/// A review was refused.
pub(super) fn review(error: &ExecuteError<ReviewRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(ReviewRefused::ReturnUnknown) => {
            Problem::not_found("return_unknown", "see GET /v1/returns").detail_zh("请参见退单列表")
        }
        ExecuteError::Refused(ReviewRefused::NotOpen(state)) => {
            Problem::conflict("return_not_open", format!("the return request is {state}"))
                .with("state", state.as_str())
        }
        ExecuteError::Refused(ReviewRefused::Illegal(problem)) => {
            Problem::conflict("order_state", problem.to_string()).with("state", problem.state.as_str())
        }
        ExecuteError::Refused(ReviewRefused::NoDirectory) => no_directory(),
    }
}

/// A pack was refused.
pub(super) fn publish(error: &PublishError) -> Problem {
    match error {
        PublishError::Faults(list) => faults(list),
        PublishError::Build(problem) => {
            Problem::unprocessable("pack_faults", problem.to_string()).field("pack")
        }
        PublishError::Db(error) => db(error),
        PublishError::Refused(PublishRefused::SecondPersonNeeded) => second_person(
            "one person may publish a pack only as the first version; begin a draft with POST /v1/directory/drafts",
        ),
        PublishError::Encode(_) | PublishError::Folder(_) | PublishError::Worker => Problem::internal(error),
    }
}

fn faults(faults: &Faults) -> Problem {
    let count = faults.list().len() + faults.further();
    let list = serde_json::to_value(faults.list()).unwrap_or_default();
    Problem::unprocessable("pack_faults", format!("{count} faults, see `faults`"))
        .detail_zh(format!("共{count}处错误，见 faults"))
        .field("pack")
        .with("faults", list)
        .with("faults_not_listed", faults.further())
}

pub(super) fn second_person(detail: &'static str) -> Problem {
    Problem::conflict("second_person_needed", detail).detail_zh("起草人不得单独发布，请由另一人发布")
}

/// A dispatcher's reason: something, and not a novel.
pub(super) fn checked_reason(reason: &str, chars_max: usize) -> Result<String, Problem> {
    checked(reason, chars_max, "reason", "reason_too_long")
}

/// Another text that must be there.
pub(super) fn checked_text(field: &str, text: &str, chars_max: usize) -> Result<String, Problem> {
    checked(text, chars_max, field, "text_too_long")
}

fn checked(text: &str, chars_max: usize, field: &str, too_long: &'static str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        let detail = "say why; it stays with the order";
        return Err(Problem::unprocessable("reason_missing", detail)
            .detail_zh("请说明理由")
            .field(field));
    }
    if text.chars().count() > chars_max {
        return Err(Problem::unprocessable(too_long, format!("at most {chars_max} characters")).field(field));
    }
    Ok(text.to_owned())
}
