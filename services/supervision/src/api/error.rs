//! The only place that turns refusals of use cases into problems.
mod consultations;
mod figures;
mod suspensions;

pub(super) use consultations::{consult, found, open_consultation, referral, referral_unknown};
pub(super) use figures::{
    alert_unknown, closing, exclusion, exclusion_review, figure_unknown, not_closed, report_unknown,
    revision_unknown,
};
pub(super) use suspensions::{request_suspension, resume, review_suspension};

use crate::api::outcomes::error as outcomes;
use crate::domain::NoReview;
use crate::usecases::brake_timers::NotHeld;
use crate::usecases::policies::PutRefused;
use crate::usecases::request_extension::RequestRefused;
use crate::usecases::review_extension::ReviewRefused;
use db::{DbError, ExecuteError};
use web::{Problem, Text};

/// Titles of this service's own problem codes.
pub const TEXTS: &[Text] = &[
    Text::new("order_unknown", "there is no such order", "没有此工单"),
    Text::new("no_titles", "your role sees no titles", "本角色不能查看标题"),
    Text::new("policy_unknown", "there is no such policy", "没有此政策文件"),
    Text::new("nobody_responsible", "no unit is responsible", "无责任单位"),
    Text::new("extension_unknown", "there is no such request", "没有此延期申请"),
    Text::new("already_reviewed", "it was reviewed before", "已审核"),
    Text::new(
        "own_request",
        "nobody grants their own request",
        "不得批准本人提出的申请",
    ),
    Text::new(
        "extension_forbidden",
        "the city's rules forbid it",
        "不符合延期规定",
    ),
    Text::new(
        "supervision_unknown",
        "there is no such supervision order",
        "没有此督办件",
    ),
    Text::new(
        "supervision_state",
        "the supervision order cannot be acted on like this now",
        "督办件当前状态不允许此操作",
    ),
    Text::new("no_such_level", "the ladder has no such rung", "没有此督办级别"),
    Text::new(
        "not_higher",
        "it stands on this rung or a higher one",
        "已在此级别或更高级别",
    ),
    Text::new("nothing_proposed", "no rung is proposed", "没有待开启的督办级别"),
    Text::new(
        "evidence_not_asked",
        "the rung does not ask for this evidence",
        "该级别不要求此材料",
    ),
    Text::new("evidence_missing", "evidence is missing", "缺少材料"),
    Text::new(
        "answer_not_accepted",
        "the answer has not been accepted",
        "反馈尚未审核通过",
    ),
    Text::new(
        "calendar_missing",
        "a calendar has not been published",
        "工作日历尚未发布",
    ),
    Text::new("nothing_late", "nothing is late", "没有超期工单"),
    Text::new("order_closed", "the order is closed", "工单已办结"),
    Text::new(
        "not_with_unit",
        "the order is with another unit",
        "工单不在该单位",
    ),
    Text::new("timers_not_held", "no timers are held", "定时未被暂停"),
    Text::new("not_suspended", "the order is not suspended", "工单未挂起"),
    Text::new(
        "suspension_conflict",
        "the order cannot be suspended now",
        "工单当前不能挂起",
    ),
    Text::new(
        "suspension_unknown",
        "there is no such request to suspend",
        "没有此挂起申请",
    ),
    Text::new(
        "not_reviewer",
        "others review such requests",
        "此类申请由其他人员审核",
    ),
    Text::new(
        "suspension_forbidden",
        "the city's rules forbid it",
        "不符合挂起规定",
    ),
    consultations::UNKNOWN,
    consultations::CONFLICT,
    consultations::RULED,
    consultations::CLOSED,
    consultations::UNIT,
    consultations::REFERRAL,
    consultations::NUMBER,
    outcomes::UNKNOWN,
    outcomes::EXISTS,
    outcomes::CONFLICT,
    Text::new("policy_faulty", "the policy is wrong", "政策文件有误"),
    Text::new("alert_unknown", "there is no such alert", "没有此预警"),
    Text::new("report_unknown", "there is no such report", "没有此类报告"),
    Text::new("figure_unknown", "there is no such figure", "没有此指标"),
    Text::new("revision_unknown", "there is no such revision", "没有此版次"),
    Text::new("period_open", "the month is not closed", "该月尚未结账"),
    Text::new("period_closed", "the month is closed", "该月已结账"),
    Text::new("closing_waits", "a closing waits already", "已有结账申请在处理"),
    Text::new(
        "exclusion_unknown",
        "there is no such exclusion",
        "没有此剔除申请",
    ),
    Text::new("exclusion_decided", "it was decided before", "该申请已审定"),
    Text::new(
        "exclusion_too_late",
        "an exclusion was asked for too late",
        "已超过剔除申请期限",
    ),
    Text::new(
        "exclusion_share",
        "too many orders of the unit are left out",
        "该单位剔除比例已达上限",
    ),
    Text::new(
        "second_person_needed",
        "a second person must decide",
        "须由另一人审定",
    ),
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

/// A field that says what it cannot say.
pub(super) fn field(name: &'static str, en: &'static str, zh: &'static str) -> Problem {
    Problem::unprocessable("invalid_field", en)
        .detail_zh(zh)
        .field(name)
}

/// Longest text of a person.
const TEXT_CHARS_MAX: usize = 2_000;

/// A text of a person, phone numbers masked.
pub(super) fn text(name: &'static str, given: &str) -> Result<String, Problem> {
    masked(given, TEXT_CHARS_MAX)
        .ok_or_else(|| field(name, "must have 1 to 2000 characters", "须为 1 至 2000 字"))
}

/// Longest minutes of a meeting.
const LONG_TEXT_CHARS_MAX: usize = 20_000;

/// A text as long as minutes are, phone numbers masked.
pub(super) fn long_text(name: &'static str, given: &str) -> Result<String, Problem> {
    masked(given, LONG_TEXT_CHARS_MAX)
        .ok_or_else(|| field(name, "must have 1 to 20000 characters", "须为 1 至 20000 字"))
}

/// Longest code or number of a document.
const CODE_CHARS_MAX: usize = 64;

/// A code, or the number of a document.
pub(super) fn code(name: &'static str, given: &str) -> Result<String, Problem> {
    let given = given.trim();
    if given.is_empty() || given.chars().count() > CODE_CHARS_MAX {
        return Err(field(name, "must have 1 to 64 characters", "须为 1 至 64 字"));
    }
    Ok(given.to_owned())
}

fn masked(given: &str, chars_max: usize) -> Option<String> {
    let given = given.trim();
    let fits = !given.is_empty() && given.chars().count() <= chars_max;
    fits.then(|| telemetry::redact::mask_numbers(given).into_owned())
}

/// Most of anything that is granted at once.
const AMOUNT_MAX: u32 = 10_000;

/// An amount of time.
pub(super) fn amount(name: &'static str, given: u32) -> Result<u32, Problem> {
    if (1..=AMOUNT_MAX).contains(&given) {
        Ok(given)
    } else {
        Err(field(name, "must be 1 to 10000", "须为 1 至 10000"))
    }
}

/// A request for more time that is none.
pub(super) fn request_extension(error: &ExecuteError<RequestRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(RequestRefused::OrderUnknown) => unknown(),
        ExecuteError::Refused(refusal) => {
            Problem::conflict("nobody_responsible", refusal.to_string()).detail_zh("工单当前无责任单位")
        }
    }
}

/// A verdict that is none.
pub(super) fn review_extension(error: &ExecuteError<ReviewRefused>) -> Problem {
    let refusal = match error {
        ExecuteError::Db(error) => return db(error),
        ExecuteError::Refused(refusal) => refusal,
    };
    let en = refusal.to_string();
    match refusal {
        ReviewRefused::Unknown => Problem::not_found("extension_unknown", en).detail_zh("没有此延期申请"),
        ReviewRefused::NoReview(refusal) => no_review(*refusal),
        ReviewRefused::Denied(denied) => Problem::unprocessable("extension_forbidden", en)
            .detail_zh("本市延期规定不允许")
            .field(if denied.code() == "too_much" {
                "amount"
            } else {
                "verdict"
            }),
    }
}

/// A request that is not this person's to review, or nobody's.
fn no_review(refusal: NoReview) -> Problem {
    let en = refusal.to_string();
    match refusal {
        NoReview::Over => Problem::conflict("already_reviewed", en).detail_zh("该申请已审核或已失效"),
        NoReview::Own => Problem::unprocessable("own_request", en).detail_zh("不得批准本人提出的申请"),
        NoReview::NotReviewer => {
            Problem::forbidden("not_reviewer", en).detail_zh("此类申请由他人审核，申请人只可撤回本人的申请")
        }
    }
}

/// Nothing is released.
pub(super) fn release(error: &ExecuteError<NotHeld>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(refusal) => {
            Problem::conflict("timers_not_held", refusal.to_string()).detail_zh("定时未被暂停")
        }
    }
}
