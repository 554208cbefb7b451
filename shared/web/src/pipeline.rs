//! The layers around every request, as two functions: [`observe`] outside, [`protect`] inside.
//!
//! Neither the span nor any log line holds a path, query string, header value or body: they may
//! contain personal data. A request is known by its route template and its request id.
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use telemetry::{Metrics, propagation};
use tokio::sync::Semaphore;
use tracing::{Instrument as _, field};

use crate::context::RequestContext;
use crate::guard::Gate;
use crate::problem::Text;
use crate::{Lang, Problem};

const REQUEST_ID: &str = "x-request-id";
/// Longest request id taken over from a caller.
const REQUEST_ID_MAX: usize = 64;

/// What [`observe`] needs.
pub(crate) struct Observer {
    pub(crate) metrics: Metrics,
    pub(crate) texts: &'static [Text],
    /// Method and route template to operation id.
    pub(crate) operations: HashMap<(Method, String), String>,
}

/// Request id, language, span, metrics; answers a panic with a problem.
pub(crate) async fn observe(State(observer): State<Arc<Observer>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "unmatched".to_owned(),
    };
    let id = request_id(request.headers());
    let span = observer.span(&method, &route, &id);
    propagation::set_parent(
        &span,
        propagation::traceparent_from_headers(request.headers()).as_deref(),
    );
    let context = RequestContext {
        lang: Lang::from_headers(request.headers()),
        request_id: Some(id.clone()),
        texts: observer.texts,
    };
    let work = async {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let response = answer.unwrap_or_else(|_| {
            tracing::error!("a handler panicked");
            Problem::opaque().into_response()
        });
        finish(&observer.metrics, &method, &route, &response, started.elapsed());
        response
    };
    let mut response = context.scope(work.instrument(span)).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

impl Observer {
    fn span(&self, method: &Method, route: &str, request_id: &str) -> tracing::Span {
        let operation = self.operations.get(&(method.clone(), route.to_owned()));
        let name = match operation {
            Some(operation) => format!("api.{operation}"),
            None => format!("api.{method} {route}"),
        };
        tracing::info_span!(
            "api",
            otel.name = name,
            otel.kind = "server",
            otel.status_code = field::Empty,
            service = self.metrics.service(),
            http.request.method = method.as_str(),
            http.route = route,
            http.response.status_code = field::Empty,
            request_id,
        )
    }
}

/// Runs inside the span.
fn finish(metrics: &Metrics, method: &Method, route: &str, response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let span = tracing::Span::current();
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "error");
    }
    metrics.http_request(known_method(method), route, status, took);
    tracing::debug!(
        status,
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// Callers may invent methods; each would be a new series.
fn known_method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::HEAD
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

/// The caller's request id if it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let sane = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let given = headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(sane);
    match given {
        // It goes into logs and answers, so it must not be a phone number.
        Some(id) if matches!(telemetry::redact::mask_phones(id), std::borrow::Cow::Borrowed(_)) => {
            id.to_owned()
        }
        _ => uuid::Uuid::now_v7().to_string(),
    }
}

/// What [`protect`] needs.
pub(crate) struct Limits {
    pub(crate) gate: Gate,
    pub(crate) open: Semaphore,
    pub(crate) timeout: Duration,
}

/// Refuses what is too much, ends what takes too long, and hands the gate to guards.
pub(crate) async fn protect(State(limits): State<Arc<Limits>>, mut request: Request, next: Next) -> Response {
    let Ok(_permit) = limits.open.try_acquire() else {
        return Problem::unavailable(1).into_response();
    };
    request.extensions_mut().insert(limits.gate.clone());
    match tokio::time::timeout(limits.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "timeout",
            "the outcome is unknown; repeat with the same Idempotency-Key",
        )
        .detail_zh("结果未知，请使用相同的 Idempotency-Key 重试")
        .into_response(),
    }
}
