//! Problems of transfers and peers.
use super::error::{database, invalid};
use crate::ctx::ReconcileError;
use crate::links::AskError;
use crate::usecases::decide_transfer::DecideRefusal;
use crate::usecases::hear_peer::HearRefusal;
use crate::usecases::offer_transfer::OfferRefusal;
use db::ExecuteError;
use serde::de::{DeserializeOwned, IgnoredAny};
use signing::SignatureError;
use web::Problem;

/// Seconds after which another hotline may be asked again.
const RETRY_AFTER_SECS: u64 = 30;

pub(super) fn unknown() -> Problem {
    Problem::not_found("transfer_unknown", "check the id").detail_zh("请核对转办编号")
}

pub(super) fn peer_unknown() -> Problem {
    Problem::not_found("peer_unknown", "check the code").detail_zh("请核对热线代码")
}

pub(super) fn key_unknown() -> Problem {
    Problem::not_found("key_unknown", "list the keys of this hotline").detail_zh("请查询该热线的密钥")
}

fn other_side() -> Problem {
    Problem::conflict(
        "other_side_decides",
        "the sender calls and takes back, the receiver accepts, refuses and completes",
    )
    .detail_zh("转出方记录三方通话和撤回，接收方负责接收、拒收和反馈")
}

fn hop_limit() -> Problem {
    Problem::unprocessable("hop_limit", "it stays with the hotline that has it")
        .detail_zh("由当前热线继续办理")
}

fn voice_first() -> Problem {
    Problem::unprocessable("voice_first", "put the caller through, then say when that was")
        .detail_zh("请先语音转接，再填写转接时间")
        .field("voice_at")
}

fn order_closed() -> Problem {
    Problem::conflict("order_closed", "register a new complaint instead").detail_zh("请另行登记")
}

fn followed() -> Problem {
    Problem::conflict("order_followed", "it stays, because others wait for its result")
        .detail_zh("其他来电人正在等待结果，工单继续办理")
}

fn offered_elsewhere() -> Problem {
    Problem::conflict(
        "offered_elsewhere",
        "wait for its answer, or take that offer back",
    )
    .detail_zh("请等待对方答复或先撤回")
}

pub(super) fn offer(error: ExecuteError<OfferRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(OfferRefusal::OrderUnknown) => {
            Problem::unprocessable("order_unknown", "check the id")
                .detail_zh("请核对工单编号")
                .field("order_id")
        }
        ExecuteError::Refused(OfferRefusal::OrderClosed) => order_closed(),
        ExecuteError::Refused(OfferRefusal::PeerUnknown) => {
            Problem::unprocessable("peer_unknown", "check the code")
                .detail_zh("请核对热线代码")
                .field("peer")
        }
        ExecuteError::Refused(OfferRefusal::OfferedElsewhere) => offered_elsewhere(),
        ExecuteError::Refused(OfferRefusal::RefusedOnce) => {
            Problem::conflict("refused_once", "settle it in a three-way call").detail_zh("请通过三方通话协商")
        }
        ExecuteError::Refused(OfferRefusal::HopLimit) => hop_limit(),
        ExecuteError::Refused(OfferRefusal::VoiceFirst) => voice_first(),
        ExecuteError::Refused(OfferRefusal::VoiceInFuture) => {
            Problem::unprocessable("invalid_field", "must not lie in the future")
                .detail_zh("不得晚于当前时间")
                .field("voice_at")
        }
    }
}

pub(super) fn decide(error: ExecuteError<DecideRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(DecideRefusal::Invalid(rule)) => invalid(rule),
        ExecuteError::Refused(DecideRefusal::Unknown) => unknown(),
        ExecuteError::Refused(DecideRefusal::NotOurs) => other_side(),
        ExecuteError::Refused(DecideRefusal::OrderClosed) => order_closed(),
        ExecuteError::Refused(DecideRefusal::OfferedElsewhere) => offered_elsewhere(),
        ExecuteError::Refused(DecideRefusal::Illegal(illegal)) => {
            Problem::conflict("transfer_decided", illegal.to_string())
                .detail_zh(format!("当前状态：{}", illegal.state))
        }
    }
}

pub(super) fn hear(error: ExecuteError<HearRefusal>) -> Problem {
    match error {
        ExecuteError::Db(error) => database(&error),
        ExecuteError::Refused(HearRefusal::Unknown) => unknown(),
        ExecuteError::Refused(HearRefusal::Unreadable(invalid)) => {
            Problem::unprocessable("message_unreadable", invalid.rule)
                .detail_zh(invalid.rule_zh)
                .field(invalid.field)
        }
        ExecuteError::Refused(HearRefusal::HopLimit) => hop_limit(),
        ExecuteError::Refused(HearRefusal::VoiceFirst) => voice_first(),
        ExecuteError::Refused(HearRefusal::NotYours) => other_side(),
        ExecuteError::Refused(HearRefusal::Closed) => order_closed(),
        ExecuteError::Refused(HearRefusal::Followed) => followed(),
        ExecuteError::Refused(HearRefusal::Unregistered) => Problem::new(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            "case_unregistered",
            format!("say it again in {RETRY_AFTER_SECS} s"),
        )
        .detail_zh("请稍后重发"),
    }
}

pub(super) fn signature(error: SignatureError) -> Problem {
    Problem::unauthorized("signature_invalid", error.to_string()).detail_zh("请检查签名头与密钥")
}

/// What a peer said. What our own door takes from nobody, because it cannot be stored, is as unreadable as what is no JSON.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let unreadable =
        |why: String| Problem::unprocessable("message_unreadable", why).detail_zh("请核对消息格式");
    let said = serde_json::from_slice(body).map_err(|error| unreadable(error.to_string()))?;
    web::Json::<IgnoredAny>::parse(body).map_err(|problem| {
        let field = problem.field_name().unwrap_or_default().to_owned();
        unreadable(format!("{field} cannot be stored")).field(field)
    })?;
    Ok(said)
}

pub(super) fn ask(error: &AskError) -> Problem {
    match error {
        AskError::Db(error) => database(error),
        AskError::NoWay => Problem::conflict(
            "peer_unreachable",
            "it has no address here, or no keys were exchanged",
        )
        .detail_zh("未登记对方地址或未交换密钥"),
        AskError::Call(_) | AskError::Link(_) => {
            tracing::warn!(%error, "another hotline was not reached");
            Problem::new(
                axum::http::StatusCode::BAD_GATEWAY,
                "peer_unreachable",
                format!("try again in {RETRY_AFTER_SECS} s"),
            )
            .detail_zh("请稍后重试")
        }
    }
}

pub(super) fn reconcile(error: &ReconcileError) -> Problem {
    match error {
        ReconcileError::Db(error) => database(error),
        ReconcileError::Ask(error) => ask(error),
        ReconcileError::Answer(status) => answered(*status),
    }
}

/// The other hotline answered something that is no answer.
pub(super) fn answered(status: u16) -> Problem {
    let detail = format!("it answered {status}");
    Problem::new(axum::http::StatusCode::BAD_GATEWAY, "peer_unreachable", detail)
        .detail_zh("对方答复无法识别")
}
