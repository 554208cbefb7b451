//! Refusals about consultations and referrals.
use super::db;
use super::figures::failed;
use crate::usecases::consultations::ConsultRefused as Not;
use crate::usecases::consultations::open::OpenRefused;
use crate::usecases::referrals::make::NumberTaken;
use db::{DbError, ExecuteError};
use web::{Problem, Text};

/// Titles of these codes.
pub(super) const UNKNOWN: Text = Text::new(
    "consultation_unknown",
    "there is no such consultation",
    "没有此会商",
);
pub(super) const CONFLICT: Text = Text::new(
    "consultation_conflict",
    "the consultation is not in the state for it",
    "会商当前状态不允许此操作",
);
pub(super) const RULED: Text = Text::new("ruled_before", "a ruling stands", "已有定规");
pub(super) const CLOSED: Text = Text::new("order_closed", "the order is closed", "工单已办结");
pub(super) const UNIT: Text = Text::new("unit_unknown", "there is no such unit", "没有此单位");

pub(super) const REFERRAL: Text = Text::new("referral_unknown", "there is no such referral", "没有此移送");
pub(super) const NUMBER: Text = Text::new(
    "number_taken",
    "the number belongs to another referral",
    "该文号已用于其他移送",
);

/// There is no such referral.
pub(in crate::api) fn referral_unknown() -> Problem {
    Problem::not_found("referral_unknown", "there is no such referral").detail_zh("没有此移送")
}

/// A referral that is not made.
pub(in crate::api) fn referral(error: &ExecuteError<NumberTaken>) -> Problem {
    failed(error, |refusal| {
        Problem::conflict("number_taken", refusal.to_string())
            .detail_zh("该文号已用于其他移送")
            .field("number")
    })
}

/// What was looked for, if it is there.
pub(in crate::api) fn found<T>(found: Result<Option<T>, DbError>) -> Result<T, Problem> {
    found.map_err(|error| db(&error))?.ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::not_found("consultation_unknown", "there is no such consultation").detail_zh("没有此会商")
}

/// A consultation that is not called.
pub(in crate::api) fn open_consultation(error: &ExecuteError<OpenRefused>) -> Problem {
    failed(error, |refusal| {
        let en = refusal.to_string();
        match refusal {
            OpenRefused::OrderUnknown(n) => Problem::unprocessable("order_unknown", en)
                .detail_zh("督办系统尚无此工单记录")
                .field(format!("orders[{n}]")),
            OpenRefused::OrderClosed(n) => Problem::unprocessable("order_closed", en)
                .detail_zh("工单已办结")
                .field(format!("orders[{n}]")),
            OpenRefused::UnitUnknown(n) => Problem::unprocessable("unit_unknown", en)
                .detail_zh("派单目录中没有此单位")
                .field(format!("units[{n}]")),
            OpenRefused::SupervisionUnknown => Problem::unprocessable("supervision_unknown", en)
                .detail_zh("督办件不属于所列工单")
                .field("supervision_id"),
            OpenRefused::KeyReused => web::idempotency::reused(),
        }
    })
}

/// Nothing happens to a consultation.
pub(in crate::api) fn consult(error: &ExecuteError<Not>) -> Problem {
    failed(error, |refusal| {
        let en = refusal.to_string();
        match refusal {
            Not::Unknown => unknown(),
            Not::Illegal(illegal) => Problem::conflict("consultation_conflict", en)
                .detail_zh("会商当前状态不允许此操作")
                .with("state", illegal.state.word()),
            Not::NotItsOrder => Problem::unprocessable("invalid_field", en)
                .detail_zh("该会商不涉及此工单")
                .field("order_id"),
            Not::WhichOrder => Problem::unprocessable("invalid_field", en)
                .detail_zh("会商涉及多件工单，须指明")
                .field("order_id"),
            Not::RuledBefore => Problem::conflict("ruled_before", en).detail_zh("该工单已有定规"),
            Not::OrderClosed => Problem::conflict("order_closed", en).detail_zh("工单已办结"),
            Not::NotSummoned(_) => Problem::unprocessable("invalid_field", en)
                .detail_zh("有单位未被召集")
                .field("came"),
        }
    })
}
