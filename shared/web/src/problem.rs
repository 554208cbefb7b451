//! Refusals and failures as RFC 9457 problem documents.
//!
//! A [`Problem`] is what handlers and use-case error maps build; it becomes a [`ProblemDocument`]
//! in the caller's language. `code` is the stable word that programs branch on; `title` and
//! `detail` are for people. The same document answers units over NATS ([`Problem::document`]).
mod document;
mod texts;

use std::borrow::Cow;
use std::error::Error;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use crate::Lang;
use crate::context::RequestContext;

pub use document::ProblemDocument;
pub use texts::Text;

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal or failure, on its way to the caller.
#[derive(Debug, Clone)]
pub struct Problem {
    // Boxed: results carry it, and the good case should stay small.
    inner: Box<Inner>,
}

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    detail_zh: Option<Cow<'static, str>>,
    field: Option<String>,
    extra: Map<String, Value>,
    retry_after_secs: Option<u64>,
    challenge: Option<&'static str>,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $status:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
            Self::new(StatusCode::$status, code, detail)
        }
    )*};
}

impl Problem {
    constructors! {
        /// 400: the request cannot be understood.
        bad_request => BAD_REQUEST;
        /// 403: known caller, but not this.
        forbidden => FORBIDDEN;
        /// 404: there is no such thing, or not for this caller.
        not_found => NOT_FOUND;
        /// 409: the thing is in a state that does not allow this.
        conflict => CONFLICT;
        /// 422: understood, but it breaks a rule.
        unprocessable => UNPROCESSABLE_ENTITY;
    }

    /// Any other status.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let inner = Inner {
            status,
            code,
            detail: detail.into(),
            detail_zh: None,
            field: None,
            extra: Map::new(),
            retry_after_secs: None,
            challenge: None,
        };
        Self {
            inner: Box::new(inner),
        }
    }

    /// 401 with its `WWW-Authenticate`.
    #[must_use]
    pub fn unauthorized(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, code, detail);
        problem.inner.challenge = Some(match code {
            "token_missing" => r#"Bearer realm="hotline""#,
            _ => r#"Bearer realm="hotline", error="invalid_token""#,
        });
        problem
    }

    /// 429: this caller is too fast.
    #[must_use]
    pub fn too_many_requests(retry_after_secs: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many requests from this caller",
        )
        .detail_zh("请求过于频繁")
        .retry_after(retry_after_secs)
    }

    /// 503: the service as a whole cannot do it now.
    #[must_use]
    pub fn unavailable(retry_after_secs: u64) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "please try again")
            .detail_zh("服务繁忙，请稍后重试")
            .retry_after(retry_after_secs)
    }

    /// 500. Logs the error with its sources here, once; the caller sees only the request id.
    #[must_use]
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            source = cause.source();
        }
        let chain = telemetry::redact::mask_numbers(&chain);
        let request = RequestContext::current();
        tracing::error!(error = %chain, request_id = request.request_id, "request failed");
        Self::opaque()
    }

    /// 500 whose cause is already logged.
    pub(crate) fn opaque() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "report the request id to the operators",
        )
        .detail_zh("请将请求编号告知运维人员")
    }

    /// Names the bad field, as a path in the request: `place.division`.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.inner.field = Some(field.into());
        self
    }

    /// The detail in Chinese; without it the English one is shown to everybody.
    #[must_use]
    pub fn detail_zh(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.inner.detail_zh = Some(detail.into());
        self
    }

    /// A further member of the document.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.inner.extra.insert(member.to_owned(), value.into());
        self
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, secs: u64) -> Self {
        self.inner.retry_after_secs = Some(secs);
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.inner.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.inner.code
    }

    /// This occurrence for people.
    #[must_use]
    pub fn detail(&self, lang: Lang) -> &str {
        let zh = self.inner.detail_zh.as_deref().filter(|_| lang == Lang::Zh);
        zh.unwrap_or(&self.inner.detail)
    }

    /// The field named by [`Problem::field`].
    #[must_use]
    pub fn field_name(&self) -> Option<&str> {
        self.inner.field.as_deref()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request = RequestContext::current();
        let document = self.document(request.lang, request.texts, request.request_id);
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (self.inner.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(request.lang.tag()),
        );
        if let Some(secs) = self.inner.retry_after_secs {
            headers.insert(header::RETRY_AFTER, secs.into());
        }
        if let Some(challenge) = self.inner.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        // Addresses of a standard tell it in their own shape.
        response.extensions_mut().insert(self);
        response
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.inner.status.as_u16(), self.inner.code)
    }
}

impl Error for Problem {}

#[cfg(test)]
mod tests;
