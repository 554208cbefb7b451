//! Refusals about supervision orders as problems.
use crate::api::error;
use crate::domain::supervision::Refused;
use crate::usecases::open_supervision::OpenRefused;
use crate::usecases::supervise::SuperviseRefused;
use db::ExecuteError;
use web::Problem;

/// There is no such supervision order.
pub(super) fn unknown() -> Problem {
    Problem::not_found("supervision_unknown", "there is no such supervision order").detail_zh("没有此督办件")
}

/// An act that was not done.
pub(super) fn supervise(error: &ExecuteError<SuperviseRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => error::db(error),
        ExecuteError::Refused(SuperviseRefused::Unknown) => unknown(),
        ExecuteError::Refused(SuperviseRefused::Refused(why)) => refused(why, "level"),
    }
}

/// Nothing was opened.
pub(super) fn open(error: &ExecuteError<OpenRefused>) -> Problem {
    let why = match error {
        ExecuteError::Db(error) => return error::db(error),
        ExecuteError::Refused(why) => why,
    };
    let field = |at: &usize| format!("order_ids[{at}]");
    let en = why.to_string();
    match why {
        OpenRefused::KeyReused => web::idempotency::reused(),
        OpenRefused::NothingLate => Problem::unprocessable("nothing_late", en)
            .detail_zh("该单位没有未督办的超期工单")
            .field("unit"),
        OpenRefused::OrderUnknown(at) => Problem::unprocessable("order_unknown", en)
            .detail_zh("督办系统尚无此工单记录")
            .field(field(at)),
        OpenRefused::Closed(at) => Problem::conflict("order_closed", en)
            .detail_zh("工单已办结")
            .field(field(at)),
        OpenRefused::NotWithUnit(at) => Problem::unprocessable("not_with_unit", en)
            .detail_zh("工单不在该单位")
            .field(field(at)),
        OpenRefused::Refused(_, why @ Refused::NoSuchLevel) => refused(why, "level"),
        OpenRefused::Refused(at, why) => refused(why, &field(at)),
    }
}

fn refused(why: &Refused, about: &str) -> Problem {
    let en = why.to_string();
    match why {
        Refused::State(state, act) => Problem::conflict("supervision_state", en).detail_zh(format!(
            "督办件当前状态（{}）不允许此操作（{}）",
            state.word(),
            act.word()
        )),
        Refused::NoSuchLevel => Problem::unprocessable("no_such_level", en)
            .detail_zh("本市督办阶梯中没有此级别")
            .field("level"),
        Refused::NotHigher => Problem::conflict("not_higher", en)
            .detail_zh("督办件已在此级别或更高级别")
            .field(about.to_owned()),
        Refused::NothingProposed => {
            Problem::conflict("nothing_proposed", en).detail_zh("没有待开启的督办级别")
        }
        Refused::NotAsked(code) => Problem::unprocessable("evidence_not_asked", en)
            .detail_zh(format!("该级别不要求此材料：{code}"))
            .field("evidence"),
        Refused::Missing(code) => Problem::unprocessable("evidence_missing", en)
            .detail_zh(format!("缺少材料：{code}"))
            .field("evidence"),
        Refused::OwnAnswer => Problem::unprocessable("second_person_needed", en).detail_zh("须由另一人审核"),
        Refused::NotAccepted => Problem::conflict("answer_not_accepted", en)
            .detail_zh("反馈尚未审核通过")
            .field("outcome"),
        Refused::NoCalendar(_) => Problem::conflict("calendar_missing", en).detail_zh("所需工作日历尚未发布"),
    }
}
