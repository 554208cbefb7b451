//! A service's table inside everything that all services share.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::{Method, StatusCode, header};
use telemetry::Metrics;
use tokio::sync::Semaphore;
use utoipa::openapi::OpenApi;

use crate::auth::{Authenticator, KeyAuth, Verifier};
use crate::bucket::Buckets;
use crate::guard::Gate;
use crate::pipeline::{Limits, Observer, observe, protect};
use crate::shape::reshape;
use crate::{HttpConfig, Problem, Table, Text};

/// What [`router`] needs beside the table.
pub struct Parts {
    /// Checks people's tokens.
    pub verifier: Verifier,
    /// Kinds of machine keys that this service issued; usually empty.
    pub keys: Vec<KeyAuth>,
    /// The service's figures; also its name.
    pub metrics: Metrics,
    /// Limits of the port.
    pub config: HttpConfig,
    /// Titles of the service's own problem codes.
    pub texts: &'static [Text],
}

/// The complete router of a service's public port, `/v1/openapi.json` included.
pub fn router(table: Table, parts: Parts) -> Router {
    let (routes, openapi, shape) = table.into_parts();
    let observer = Observer {
        operations: operations(&openapi),
        metrics: parts.metrics,
        texts: parts.texts,
    };
    let limits = Limits {
        gate: Gate {
            authenticator: Authenticator::new(parts.verifier, parts.keys),
            buckets: Arc::new(Buckets::new(parts.config.rate_per_second_max)),
            body_max_bytes: parts.config.body_max_bytes,
        },
        open: Semaphore::new(parts.config.concurrency_max.clamp(1, Semaphore::MAX_PERMITS)),
        timeout: Duration::from_millis(parts.config.timeout_ms),
    };
    let document: Arc<str> = openapi.to_json().unwrap_or_default().into();
    let serve_document =
        move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], document.to_string()));
    let router = routes
        .route("/v1/openapi.json", get(serve_document))
        .fallback(route_unknown)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(parts.config.body_max_bytes))
        .layer(from_fn_with_state(Arc::new(limits), protect))
        .layer(from_fn_with_state(Arc::new(observer), observe));
    match shape {
        Some(shape) => router.layer(from_fn_with_state(shape, reshape)),
        None => router,
    }
}

async fn route_unknown() -> Problem {
    Problem::not_found("route_unknown", "see /v1/openapi.json").detail_zh("请参见 /v1/openapi.json")
}

async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "see /v1/openapi.json",
    )
    .detail_zh("请参见 /v1/openapi.json")
}

/// Method and route template to operation id.
fn operations(openapi: &OpenApi) -> HashMap<(Method, String), String> {
    let mut operations = HashMap::new();
    for (path, item) in &openapi.paths.paths {
        for (method, operation) in [
            (Method::GET, &item.get),
            (Method::PUT, &item.put),
            (Method::POST, &item.post),
            (Method::DELETE, &item.delete),
            (Method::PATCH, &item.patch),
        ] {
            if let Some(id) = operation
                .as_ref()
                .and_then(|operation| operation.operation_id.clone())
            {
                operations.insert((method, path.clone()), id);
            }
        }
    }
    operations
}
