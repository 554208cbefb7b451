//! The only place that turns refusals and failures into problem documents.
use crate::domain::appeal::AppealRefusal;
use crate::domain::handling::ActRefusal;
use chrono::{DateTime, Utc};
use db::{DbError, ExecuteError};
use http::StatusCode;
use web::{Problem, Text};

/// Titles of this service's own codes.
pub const TEXTS: &[Text] = &[
    Text::new(
        "order_unknown",
        "there is no such order for this unit",
        "本单位没有该工单",
    ),
    Text::new(
        "stale_generation",
        "the assignment is no longer current",
        "该派单已失效",
    ),
    Text::new("outdated", "the order has changed", "工单状态已变化"),
    Text::new(
        "not_responsible",
        "the unit is not responsible for this order",
        "本单位不是该工单的主办单位",
    ),
    Text::new("not_signed", "the order must be signed first", "请先签收工单"),
    Text::new(
        "already_responded",
        "the first contact is already reported",
        "已提交过首次响应",
    ),
    Text::new(
        "already_replied",
        "the order is already replied",
        "工单已办结反馈",
    ),
    Text::new(
        "return_pending",
        "a return request is under review",
        "退单申请正在审核",
    ),
    Text::new(
        "not_co_handler",
        "only units that help report a part",
        "仅协办单位可提交协办反馈",
    ),
    Text::new("attachment_unknown", "there is no such attachment", "没有此附件"),
    Text::new(
        "attachments_exhausted",
        "no more attachments are allowed",
        "附件数量已达上限",
    ),
    Text::new(
        "attachment_type",
        "this kind of content is not accepted",
        "不接受此类文件",
    ),
    Text::new(
        "extension_pending",
        "an extension request is under review",
        "延期申请正在审核",
    ),
    Text::new(
        "suspension_pending",
        "a suspension request is under review",
        "挂起申请正在审核",
    ),
    Text::new(
        "return_not_allowed",
        "this order may not be returned",
        "该工单不可退单",
    ),
    Text::new(
        "return_after_ruling",
        "a ruling assigned this order; it may not be returned",
        "本工单经会商定规派单，不得退单",
    ),
    Text::new(
        "first_receiver_keeps",
        "whoever receives an order first keeps it",
        "本市实行首接负责，不得退单",
    ),
    Text::new(
        "returns_used_up",
        "no more returns are allowed",
        "退单次数已达上限",
    ),
    Text::new(
        "return_window_over",
        "the return window is over",
        "已超过退单时限",
    ),
    Text::new("order_closed", "the order is closed", "工单已办结"),
    Text::new(
        "keys_exhausted",
        "the unit has two keys in use",
        "该单位已有两个有效密钥",
    ),
    Text::new("key_unknown", "the unit has no such key", "该单位没有此密钥"),
    Text::new("unit_unknown", "there is no such unit", "没有此单位"),
    Text::new("access_unknown", "no way is registered", "未登记接入方式"),
    Text::new(
        "endpoint_missing",
        "a webhook needs an endpoint",
        "Webhook 方式须填写地址",
    ),
    Text::new(
        "endpoint_forbidden",
        "this endpoint cannot be used",
        "该地址不可使用",
    ),
    Text::new(
        "contact_confidential",
        "only the hotline speaks with this caller",
        "来电人身份保密，仅由热线联系",
    ),
    Text::new(
        "contact_not_offered",
        "this hotline has no relay",
        "本热线未开通中继通话",
    ),
    Text::new("identity_absent", "the caller gave no number", "来电人未提供电话"),
    Text::new("relay_unknown", "there is no such relay token", "没有该中继令牌"),
    Text::new("relay_expired", "the relay token is over", "中继令牌已失效"),
    Text::new(
        "call_reused",
        "the id belongs to another call",
        "该通话编号已用于其他通话",
    ),
    Text::new(
        "call_refused",
        "the relay will never connect this call",
        "中继服务商拒绝接通",
    ),
    Text::new(
        "answer_unknown",
        "no such answer went against this unit",
        "没有此回访结果",
    ),
    Text::new(
        "appeal_window_over",
        "the window for an appeal is over",
        "已超过申诉期限",
    ),
    Text::new("appeal_exists", "there is an appeal already", "已有申诉"),
    Text::new("verb_unknown", "there is no such command", "没有该指令"),
];

/// Why a unit's action had no effect.
#[must_use]
pub fn refused(refusal: ActRefusal) -> Problem {
    match refusal {
        ActRefusal::UnknownOrder => {
            Problem::not_found("order_unknown", "nothing with this id was sent to this unit")
                .detail_zh("该编号的工单未派给本单位")
        }
        ActRefusal::StaleGeneration => {
            Problem::conflict("stale_generation", "read the newest document of the order")
                .detail_zh("请以最新的派单文书为准")
        }
        ActRefusal::Outdated => Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "outdated",
            "read the order again; `If-Match` names another generation or round",
        )
        .detail_zh("请重新读取工单，If-Match 与当前派单不一致"),
        ActRefusal::NotResponsible => Problem::forbidden("not_responsible", "only the lead unit may do this")
            .detail_zh("只有主办单位可以进行此操作"),
        ActRefusal::NotSigned => Problem::conflict("not_signed", "sign first").detail_zh("请先签收"),
        ActRefusal::AlreadyResponded => {
            Problem::conflict("already_responded", "use progress for further notes")
                .detail_zh("后续情况请提交办理进展")
        }
        ActRefusal::ContactInFuture => {
            Problem::unprocessable("invalid_field", "report a contact after it was made")
                .detail_zh("联系时间不能晚于当前时间")
                .field("contacted_at")
        }
        ActRefusal::AlreadyReplied => Problem::conflict("already_replied", "the hotline now asks the caller")
            .detail_zh("正在等待热线回访"),
        ActRefusal::ReturnPending => Problem::conflict("return_pending", "wait for the review of the return")
            .detail_zh("请等待退单审核结果"),
        ActRefusal::NotCoHandler => {
            Problem::forbidden("not_co_handler", "the lead answers for the whole with reply")
                .detail_zh("主办单位请提交办结反馈")
        }
        ActRefusal::ExtensionPending => {
            Problem::conflict("extension_pending", "wait for the review of the extension")
                .detail_zh("请等待延期审核结果")
        }
        ActRefusal::SuspensionPending => {
            Problem::conflict("suspension_pending", "wait for the review of the suspension")
                .detail_zh("请等待挂起审核结果")
        }
        ActRefusal::SuspensionPast => Problem::unprocessable("invalid_field", "must be in the future")
            .detail_zh("须晚于当前时间")
            .field("until"),
        ActRefusal::ReturnNotAllowed
        | ActRefusal::RuledOrder
        | ActRefusal::FirstReceiver
        | ActRefusal::ReturnsUsedUp
        | ActRefusal::ReturnWindowOver => no_return(refusal),
        ActRefusal::UnknownAttachment => Problem::unprocessable(
            "invalid_field",
            "name only attachments that this unit uploaded for this order",
        )
        .detail_zh("只能引用本单位为该工单上传的附件")
        .field("attachments"),
        ActRefusal::KeyReused => web::idempotency::reused(),
        ActRefusal::Closed => {
            Problem::conflict("order_closed", "nothing more can be done").detail_zh("工单已结束")
        }
    }
}

/// Why an order may not be returned.
fn no_return(refusal: ActRefusal) -> Problem {
    match refusal {
        ActRefusal::ReturnNotAllowed => Problem::conflict(
            "return_not_allowed",
            "the terms of this order have no return window",
        )
        .detail_zh("该工单的时限规定中没有退单时限"),
        ActRefusal::RuledOrder => Problem::conflict(
            "return_after_ruling",
            "the consultation decided; see `why` of the document",
        )
        .detail_zh("会商已作出决定，依据见派单文书的 why"),
        ActRefusal::FirstReceiver => Problem::conflict(
            "first_receiver_keeps",
            "the unit stays responsible; it may ask others to help with co-handlers",
        )
        .detail_zh("本单位负责到底；需要配合的，可用 co-handlers 增加协办单位"),
        ActRefusal::ReturnsUsedUp => Problem::conflict(
            "returns_used_up",
            "`return_right` of the document says how often; the unit is responsible",
        )
        .detail_zh("次数见派单文书的 return_right，本单位负责办理"),
        _ => Problem::conflict(
            "return_window_over",
            "`return_until` of the document has passed; the unit is responsible",
        )
        .detail_zh("已过派单文书中的 return_until，本单位负责办理"),
    }
}

/// Why a unit may not appeal; `local` writes a moment in local time.
pub(super) fn no_appeal(refusal: AppealRefusal, local: impl FnOnce(DateTime<Utc>) -> String) -> Problem {
    match refusal {
        AppealRefusal::UnknownAnswer => Problem::not_found(
            "answer_unknown",
            "name the `callback_id` of a document `answer` of this order",
        )
        .detail_zh("请填写该工单 answer 文书中的 callback_id")
        .field("callback_id"),
        AppealRefusal::WindowOver(until) => {
            let until = local(until);
            Problem::conflict(
                "appeal_window_over",
                format!("appeals were possible until {until}"),
            )
            .detail_zh(format!("申诉期限已于 {until} 届满"))
            .field("callback_id")
            .with("until", until)
        }
        AppealRefusal::Exists => Problem::conflict("appeal_exists", "an appeal has one ground, the first")
            .detail_zh("对该回访结果已有申诉，以首次理由为准")
            .field("ground"),
    }
}

/// Why the caller is not reached, by intake's word for it.
#[must_use]
pub fn no_contact(code: &str) -> Problem {
    match code {
        "order_closed" => refused(ActRefusal::Closed),
        "order_unknown" => refused(ActRefusal::UnknownOrder),
        "not_responsible" => refused(ActRefusal::NotResponsible),
        "contact_not_offered" => {
            Problem::not_found("contact_not_offered", "ask the hotline to speak with the caller")
                .detail_zh("请由热线联系来电人")
        }
        "contact_confidential" => {
            Problem::forbidden("contact_confidential", "ask the hotline to speak with the caller")
                .detail_zh("请由热线联系来电人")
        }
        "identity_absent" => Problem::not_found("identity_absent", "go there, or ask the hotline")
            .detail_zh("请上门或联系热线"),
        "relay_unknown" => {
            Problem::not_found("relay_unknown", "ask for a token for this order").detail_zh("请重新申请令牌")
        }
        "relay_expired" => {
            Problem::conflict("relay_expired", "ask for a new token").detail_zh("请重新申请令牌")
        }
        "call_reused" => Problem::unprocessable("call_reused", "a new call has a new id")
            .detail_zh("新的通话须使用新的编号")
            .field("call_id"),
        "call_refused" => Problem::unprocessable("call_refused", "check the phone, or ask the hotline")
            .detail_zh("请核对号码或联系热线"),
        "invalid_field" => Problem::unprocessable("invalid_field", "is no phone number")
            .detail_zh("不是电话号码")
            .field("from"),
        unexpected => {
            tracing::warn!(
                code = unexpected,
                "intake refused in a way that is not known here"
            );
            Problem::unavailable(30)
        }
    }
}

/// The database failed.
#[must_use]
pub fn failed(error: &DbError) -> Problem {
    if error.is_unavailable() {
        tracing::warn!(error = error as &dyn std::error::Error, "database away");
        return Problem::unavailable(1);
    }
    Problem::internal(error)
}

/// A refusal or a failure.
pub fn executed<R>(error: ExecuteError<R>, refused: impl FnOnce(R) -> Problem) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(refusal),
        ExecuteError::Db(error) => failed(&error),
    }
}
