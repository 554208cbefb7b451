//! The only place that turns refusals of use cases into problems.
use crate::ctx::Ctx;
use crate::domain::review::{AppealRefused, JudgementRefused};
use crate::domain::{AnswerRefused, MissingField};
use crate::usecases::publish_policy::PolicyRefused;
use crate::usecases::put_back::PutBackRefused;
use db::{DbError, ExecuteError};
use std::convert::Infallible;
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
    Text::new(
        "callback_not_by_phone",
        "nobody calls about this",
        "此任务不通过电话回访",
    ),
    Text::new(
        "callback_claimed",
        "another agent is calling about this",
        "其他回访员正在回访此件",
    ),
    Text::new("too_many_tasks", "too many tasks at once", "任务过多"),
    Text::new(
        "answer_unknown",
        "there is no such answer about this unit's work",
        "没有此回访结果",
    ),
    Text::new("appeal_refused", "this cannot be appealed", "不可申诉"),
    Text::new(
        "judgement_unknown",
        "there is no such order or judgement",
        "没有此工单或认定",
    ),
    Text::new("judgement_refused", "this cannot be judged", "不可认定"),
    Text::new(
        "reviewed_otherwise",
        "it has been reviewed already",
        "已有审核结论",
    ),
    Text::new("same_person", "somebody else must review it", "须由他人审核"),
    Text::new("no_time", "no possible time", "时间不可用"),
    Text::new(
        "another_person",
        "not all of these callbacks are of the same caller",
        "所选任务不属于同一诉求人",
    ),
    Text::new("link_spent", "this link is of no use", "链接已失效"),
    Text::new(
        "policy_unknown",
        "there is no such policy version",
        "没有此政策版本",
    ),
    Text::new("policy_faulty", "the policy document is wrong", "政策文件有误"),
    Text::new("policy_outdated", "the policy has changed", "政策已有新版本"),
    Text::new("remark_too_long", "the remark is too long", "备注过长"),
];

/// No such task.
pub(super) fn unknown() -> Problem {
    Problem::not_found("callback_unknown", "see GET /v1/callbacks").detail_zh("请参见回访任务列表")
}

/// Only what is due has a next attempt.
pub(super) fn way_without_due() -> Problem {
    Problem::bad_request(
        "invalid_field",
        "only tasks that are due have a way: leave out state",
    )
    .detail_zh("仅待回访任务有回访方式，请去掉 state")
    .field("way")
}

/// No such version.
pub(super) fn policy_unknown() -> Problem {
    Problem::not_found("policy_unknown", "GET /v1/policy shows the one that holds")
        .detail_zh("请参见现行政策")
}

/// Nothing is ever refused there.
pub(super) fn never(error: &ExecuteError<Infallible>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(never) => match *never {},
    }
}

/// A task was not put back.
pub(super) fn put_back(error: &ExecuteError<PutBackRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(PutBackRefused::Unknown) => unknown(),
        ExecuteError::Refused(PutBackRefused::NotDue(state)) => {
            Problem::conflict("callback_not_due", format!("the callback is {state}")).with("state", *state)
        }
        ExecuteError::Refused(PutBackRefused::ClaimedByAnother) => claimed(),
        ExecuteError::Refused(refused @ PutBackRefused::NotByPhone) => {
            Problem::conflict("callback_not_by_phone", refused.to_string())
                .detail_zh("该任务正等待短信答复或由坐席审核，不打电话")
        }
        ExecuteError::Refused(refused @ PutBackRefused::NoTime) => {
            Problem::unprocessable("no_time", refused.to_string())
                .detail_zh("时间须晚于现在，且不超过十四日")
                .field("at")
        }
    }
}

fn claimed() -> Problem {
    Problem::conflict("callback_claimed", "wait until the claim ends, or ask who has it")
        .detail_zh("请等待其领取到期")
}

/// An appeal was refused.
pub(super) fn appeal(ctx: &Ctx, error: &ExecuteError<AppealRefused>) -> Problem {
    let refused = match error {
        ExecuteError::Db(error) => return db(error),
        ExecuteError::Refused(refused) => refused,
    };
    let detail = refused.to_string();
    match refused {
        AppealRefused::Unknown => Problem::not_found("answer_unknown", detail),
        AppealRefused::TooLate(until) => {
            let until = ctx.local(*until).to_rfc3339();
            Problem::conflict("appeal_refused", format!("appeals were possible until {until}"))
                .detail_zh(format!("申诉期限已于 {until} 届满"))
                .with("until", until)
        }
        AppealRefused::NotBad => {
            Problem::conflict("appeal_refused", detail).detail_zh("该结果对承办单位并无不利")
        }
        AppealRefused::Exists => Problem::conflict("appeal_refused", detail).detail_zh("对该结果已有申诉"),
        AppealRefused::Reviewed => Problem::conflict("reviewed_otherwise", detail),
        AppealRefused::SamePerson => Problem::conflict("same_person", detail),
    }
}

/// A judgement was refused.
pub(super) fn judgement(error: &ExecuteError<JudgementRefused>) -> Problem {
    let refused = match error {
        ExecuteError::Db(error) => return db(error),
        ExecuteError::Refused(refused) => refused,
    };
    let detail = refused.to_string();
    match refused {
        JudgementRefused::Unknown => Problem::not_found("judgement_unknown", detail),
        JudgementRefused::NotOpen => {
            Problem::conflict("judgement_refused", detail).detail_zh("工单已办结或无承办单位")
        }
        JudgementRefused::Held => {
            Problem::conflict("judgement_refused", detail).detail_zh("该工单的协调结果尚未落实")
        }
        JudgementRefused::NoBadAnswer => {
            Problem::conflict("judgement_refused", detail).detail_zh("诉求人并未表示未解决")
        }
        JudgementRefused::Exists => {
            Problem::conflict("judgement_refused", detail).detail_zh("已有认定等待审核")
        }
        JudgementRefused::Reviewed => Problem::conflict("reviewed_otherwise", detail),
        JudgementRefused::SamePerson => Problem::conflict("same_person", detail),
    }
}

/// A policy was refused.
pub(super) fn policy(error: &ExecuteError<PolicyRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(PolicyRefused::Fault(fault)) => {
            Problem::unprocessable("policy_faulty", fault.to_string())
                .detail_zh(format!("{}：{}", fault.field, fault.problem))
                .field(fault.field.clone())
        }
        ExecuteError::Refused(PolicyRefused::Outdated(version)) => Problem::conflict(
            "policy_outdated",
            format!("version {version} holds now; look at it first"),
        )
        .detail_zh(format!("现行版本为 {version}，请先查看"))
        .with("version", *version),
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
        ExecuteError::Refused(AnswerRefused::ClaimedByAnother) => claimed(),
        ExecuteError::Refused(refused @ AnswerRefused::AnotherPerson) => {
            Problem::conflict("another_person", refused.to_string())
                .detail_zh("所选任务不属于同一诉求人")
                .field("also")
        }
        ExecuteError::Refused(AnswerRefused::LinkSpent) => {
            Problem::not_found("link_spent", "it was used, has expired, or never was")
                .detail_zh("链接已使用、已过期或不存在")
        }
        ExecuteError::Refused(AnswerRefused::NotJudged) => missing(MissingField("solved")),
        ExecuteError::Refused(AnswerRefused::NotDue(state)) => {
            Problem::conflict("callback_not_due", format!("the callback is {state}")).with("state", *state)
        }
    }
}
