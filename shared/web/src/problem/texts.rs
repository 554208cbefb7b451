//! Titles of problem codes in both languages.
use http::StatusCode;

use crate::Lang;

/// The title of one problem code. Each service has a table of its own codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// The code it belongs to.
    pub code: &'static str,
    /// English.
    pub en: &'static str,
    /// 中文
    pub zh: &'static str,
}

impl Text {
    /// For tables: `Text::new("order_closed", "the order is closed", "工单已办结")`.
    #[must_use]
    pub const fn new(code: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self { code, en, zh }
    }
}

/// The codes of this crate.
const SHARED: &[Text] = &[
    Text::new(
        "malformed_json",
        "the body is not valid JSON",
        "请求体不是有效的 JSON",
    ),
    Text::new(
        "invalid_field",
        "a field has a value that is not allowed",
        "字段的值不符合要求",
    ),
    Text::new("missing_field", "a required field is missing", "缺少必填字段"),
    Text::new("unknown_field", "a field is not known", "存在未知字段"),
    Text::new(
        "unsupported_media_type",
        "the body must be JSON",
        "请求体必须是 JSON",
    ),
    Text::new("body_too_large", "the body is too large", "请求体过大"),
    Text::new("token_missing", "authentication is required", "需要身份认证"),
    Text::new("token_invalid", "the token is not valid", "令牌无效"),
    Text::new("token_expired", "the token has expired", "令牌已过期"),
    Text::new(
        "role_missing",
        "the caller has none of the roles required",
        "当前角色无权进行此操作",
    ),
    Text::new("wrong_unit", "this belongs to another unit", "不属于当前承办单位"),
    Text::new("route_unknown", "there is nothing at this address", "地址不存在"),
    Text::new(
        "method_not_allowed",
        "this method is not allowed here",
        "此地址不支持该方法",
    ),
    Text::new(
        "idempotency_key_missing",
        "the Idempotency-Key header is required",
        "缺少 Idempotency-Key 请求头",
    ),
    Text::new(
        "idempotency_key_invalid",
        "the Idempotency-Key header is malformed",
        "Idempotency-Key 请求头格式错误",
    ),
    Text::new(
        "idempotency_key_reused",
        "the key was used for a different request",
        "该幂等键已用于不同的请求",
    ),
    Text::new("rate_limited", "too many requests", "请求过于频繁"),
    Text::new("unavailable", "the service cannot do this now", "服务暂不可用"),
    Text::new("timeout", "the request took too long", "请求处理超时"),
    Text::new("internal", "something went wrong here", "服务内部错误"),
];

/// The service's title for a code, else the shared one, else the status in words.
pub(super) fn title(code: &str, status: StatusCode, lang: Lang, own: &'static [Text]) -> &'static str {
    let text = own.iter().chain(SHARED).find(|text| text.code == code);
    match text {
        Some(text) => lang.pick(text.en, text.zh),
        None => status.canonical_reason().unwrap_or("refused"),
    }
}
