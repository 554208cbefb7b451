//! The only place that turns errors of use cases and rules into problems.
use crate::domain::invalid::Invalid;
use crate::domain::relay::ContactRefusal;
use crate::usecases::amend_order::AmendRefusal;
use crate::usecases::register_complaint::RegisterRefusal;
use crate::usecases::supplement_complaint::SupplementRefusal;
use crate::usecases::withdraw_orders::WithdrawRefusal;
use db::{DbError, ExecuteError};
use std::convert::Infallible;
use web::auth::Principal;
use web::{Problem, Text};

/// Seconds after which a client may try again when the database is away.
const RETRY_AFTER_SECS: u64 = 2;

/// Titles of intake's own problem codes.
pub const TEXTS: &[Text] = &[
    Text::new(
        "message_refused",
        "the provider will never take this message",
        "短信服务商拒收该短信",
    ),
    Text::new("app_unknown", "there is no such app", "没有该应用"),
    Text::new(
        "call_refused",
        "the relay will never connect this call",
        "中继服务商拒绝接通",
    ),
    Text::new(
        "not_responsible",
        "the unit is not responsible for this order",
        "该单位不是该工单的主办单位",
    ),
    Text::new(
        "contact_confidential",
        "only the hotline speaks with this caller",
        "来电人身份保密，仅由热线联系",
    ),
    Text::new("relay_unknown", "there is no such relay token", "没有该中继令牌"),
    Text::new("relay_expired", "the relay token is over", "中继令牌已失效"),
    Text::new(
        "call_reused",
        "the id belongs to another call",
        "该通话编号已用于其他通话",
    ),
    Text::new(
        "peer_unknown",
        "there is no such hotline, or it is not active",
        "没有该热线，或该热线已停用",
    ),
    Text::new("key_unknown", "there is no such key", "没有该密钥"),
    Text::new(
        "peer_unreachable",
        "the other hotline cannot be reached",
        "无法连接对方热线",
    ),
    Text::new("transfer_unknown", "there is no such transfer", "没有该转办"),
    Text::new(
        "transfer_decided",
        "this cannot be decided now",
        "当前状态不能进行该操作",
    ),
    Text::new(
        "other_side_decides",
        "this is the other hotline's to say",
        "应由对方热线操作",
    ),
    Text::new(
        "offered_elsewhere",
        "the order is offered to another hotline",
        "该工单正在转办其他热线",
    ),
    Text::new(
        "refused_once",
        "this hotline has refused the order",
        "该热线已拒收此工单",
    ),
    Text::new(
        "hop_limit",
        "the case was handed on too often",
        "该事项转办次数已达上限",
    ),
    Text::new(
        "voice_first",
        "an emergency goes by voice first",
        "紧急警情须先语音转接",
    ),
    Text::new("alarm_unknown", "there is no such alarm", "没有该告警"),
    Text::new("signature_invalid", "the signature is not believed", "签名无效"),
    Text::new("message_unreadable", "the message cannot be read", "消息无法解析"),
    Text::new("complaint_unknown", "there is no such complaint", "没有该诉求"),
    Text::new(
        "joins_unknown",
        "the order to join does not exist",
        "要并入的工单不存在",
    ),
    Text::new(
        "joins_closed",
        "the order to join is closed",
        "要并入的工单已办结",
    ),
    Text::new("order_unknown", "there is no such order", "没有该工单"),
    Text::new("order_closed", "the order is closed", "工单已办结"),
    Text::new(
        "order_followed",
        "other callers follow the order",
        "有其他来电人并入该工单",
    ),
    Text::new(
        "nothing_changed",
        "the order is like this already",
        "工单内容未发生变化",
    ),
    Text::new(
        "look_refused",
        "this identity is not for you, or not for this purpose",
        "无权以此用途查看身份信息",
    ),
    Text::new(
        "identity_absent",
        "there is nothing of that kind",
        "没有该项身份信息",
    ),
    Text::new(
        "identity_unreadable",
        "the sealed value cannot be opened",
        "身份信息无法解密",
    ),
];

pub(super) fn complaint_unknown() -> Problem {
    Problem::not_found("complaint_unknown", "check the id or the number").detail_zh("请核对编号")
}

pub(super) fn channel_missing() -> Problem {
    Problem::bad_request("missing_field", "a source number belongs to a channel: send both")
        .detail_zh("按来源编号查询须同时给出渠道 channel")
        .field("channel")
}

pub(super) fn invalid(invalid: Invalid) -> Problem {
    Problem::unprocessable("invalid_field", invalid.rule)
        .detail_zh(invalid.rule_zh)
        .field(invalid.field)
}

/// A failing database.
pub fn database(error: &DbError) -> Problem {
    if error.is_unavailable() || error.is_conflict() {
        tracing::warn!(error = error as &dyn std::error::Error, "database away or busy");
        return Problem::unavailable(RETRY_AFTER_SECS);
    }
    Problem::internal(error)
}

pub(super) fn register(error: ExecuteError<RegisterRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(RegisterRefusal::Invalid(rule)) => invalid(rule),
        ExecuteError::Refused(RegisterRefusal::KeyReused) => web::idempotency::reused(),
        ExecuteError::Refused(RegisterRefusal::JoinsUnknown) => Problem::unprocessable(
            "joins_unknown",
            "register it as an order of its own, or correct the id",
        )
        .detail_zh("请更正工单编号，或单独登记")
        .field("joins"),
        ExecuteError::Refused(RegisterRefusal::JoinsClosed) => {
            Problem::unprocessable("joins_closed", "register it as an order of its own")
                .detail_zh("请单独登记")
                .field("joins")
        }
    }
}

pub(super) fn amend(error: ExecuteError<AmendRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(AmendRefusal::Unknown) => order_unknown(),
        ExecuteError::Refused(AmendRefusal::Closed) => order_closed(),
        ExecuteError::Refused(AmendRefusal::NothingNew) => Problem::unprocessable(
            "nothing_changed",
            "say what is different: matter, place, facts or urgency",
        )
        .detail_zh("请说明更正内容：matter、place、facts 或 urgency"),
        ExecuteError::Refused(AmendRefusal::Invalid(rule)) => invalid(rule),
        ExecuteError::Refused(AmendRefusal::KeyReused) => web::idempotency::reused(),
    }
}

fn order_unknown() -> Problem {
    Problem::not_found("order_unknown", "check the id").detail_zh("请核对工单编号")
}

fn order_closed() -> Problem {
    Problem::conflict("order_closed", "register a new complaint instead").detail_zh("请另行登记")
}

pub(super) fn withdraw(error: ExecuteError<WithdrawRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(WithdrawRefusal::ComplaintUnknown) => complaint_unknown(),
        ExecuteError::Refused(WithdrawRefusal::OrderUnknown) => order_unknown(),
        ExecuteError::Refused(WithdrawRefusal::Closed) => order_closed(),
        ExecuteError::Refused(WithdrawRefusal::Followed) => {
            Problem::conflict("order_followed", "it stays, because others wait for its result")
                .detail_zh("其他来电人正在等待结果，工单继续办理")
        }
    }
}

pub(super) fn supplement(error: ExecuteError<SupplementRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(SupplementRefusal::Unknown) => complaint_unknown(),
        ExecuteError::Refused(SupplementRefusal::Closed) => order_closed(),
        ExecuteError::Refused(SupplementRefusal::KeyReused) => web::idempotency::reused(),
    }
}

/// A key of another of our services opens nothing here.
pub(super) fn only(principal: &Principal, subject: &str) -> Result<(), Problem> {
    if principal.subject == subject {
        return Ok(());
    }
    Err(Problem::forbidden("forbidden", "another service's door").detail_zh("该入口供其他服务使用"))
}

/// Why a unit does not reach a caller.
pub(super) fn contact(refusal: ContactRefusal) -> Problem {
    match refusal {
        ContactRefusal::OrderUnknown => order_unknown(),
        ContactRefusal::OrderClosed => order_closed(),
        ContactRefusal::NotResponsible => Problem::forbidden(
            "not_responsible",
            "only the lead of the newest assignment reaches the caller",
        )
        .detail_zh("仅当前主办单位可以联系来电人"),
        // The assignment is on its way here.
        ContactRefusal::NotYetKnown => Problem::unavailable(1),
        ContactRefusal::Confidential => {
            Problem::forbidden("contact_confidential", "ask the hotline to speak with the caller")
                .detail_zh("请由热线联系来电人")
        }
        ContactRefusal::NoNumber => {
            Problem::not_found("identity_absent", "the caller gave no number").detail_zh("登记时未提供电话")
        }
        ContactRefusal::Unreadable => Problem::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "identity_unreadable",
            "a key may be missing; report the request id to the operators",
        )
        .detail_zh("密钥可能缺失，请将请求编号告知运维人员"),
        ContactRefusal::TokenUnknown => {
            Problem::not_found("relay_unknown", "ask for a token for this order").detail_zh("请重新申请令牌")
        }
        ContactRefusal::TokenExpired => {
            Problem::conflict("relay_expired", "ask for a new token").detail_zh("请重新申请令牌")
        }
        ContactRefusal::CallReused => Problem::unprocessable("call_reused", "a new call has a new id")
            .detail_zh("新的通话须使用新的编号")
            .field("call_id"),
    }
}

pub(super) fn never_refused(error: &ExecuteError<Infallible>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(error),
        ExecuteError::Refused(never) => match *never {},
    }
}
