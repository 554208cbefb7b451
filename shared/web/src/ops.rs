//! The operators' port: liveness, readiness, metrics. Plain, unauthenticated, not for the public.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use futures::future::BoxFuture;
use http::{StatusCode, header};
use telemetry::Metrics;

/// Whether the process should be kept; false asks for a restart.
pub type LiveCheck = Arc<dyn Fn() -> bool + Send + Sync>;
/// Whether requests can be served now, else why not.
pub type ReadyCheck = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// A readiness check that has not answered by then has failed.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// `/livez`, `/readyz` and `/metrics`.
pub fn router(metrics: Metrics, live: LiveCheck, ready: ReadyCheck) -> Router {
    let livez = move || {
        let live = live();
        async move {
            if live {
                (StatusCode::OK, "ok\n")
            } else {
                (StatusCode::SERVICE_UNAVAILABLE, "stuck\n")
            }
        }
    };
    let readyz = move || {
        let ready = ready();
        async move {
            match tokio::time::timeout(READY_TIMEOUT, ready).await {
                Ok(Ok(())) => (StatusCode::OK, "ok\n".to_owned()),
                Ok(Err(reason)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
                Err(_) => (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "the check did not answer\n".to_owned(),
                ),
            }
        }
    };
    let metrics = move || {
        let text = metrics.render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}
