//! The layer on each route that decides who passes, before anything of the body is read.
//!
//! Order: announced size (413), authenticate (401), role (403), rate (429), then the handler, which
//! finds the [`Principal`](crate::auth::Principal) in the request. Whoever is refused with 401 pays
//! from the bucket of his address, so that keys cannot be tried at any rate.
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

use crate::Problem;
use crate::auth::{Authenticator, Role};
use crate::bucket::Buckets;
use crate::json::BodyLimit;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A caller with any of these roles.
    Roles(&'static [Role]),
    /// Anybody, for the reason given.
    Public(&'static str),
}

/// What guards need; put into every request by the pipeline, because routes are built before it.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) authenticator: Authenticator,
    pub(crate) buckets: Arc<Buckets>,
    /// Largest request body of a route that has no limit of its own.
    pub(crate) body_max_bytes: usize,
}

/// What a route declares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    pub(crate) access: Access,
    /// Largest request body, when the route has a limit of its own.
    pub(crate) body_max_bytes: Option<usize>,
}

pub(crate) async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    match admit(guard, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(guard: Guard, request: &mut Request) -> Result<(), Problem> {
    let Some(gate) = request.extensions().get::<Gate>().cloned() else {
        return Err(Problem::internal(&NoGate));
    };
    let body_max_bytes = guard.body_max_bytes.unwrap_or(gate.body_max_bytes);
    if announced_bytes(request.headers()) > body_max_bytes as u64 {
        return Err(crate::json::too_large(Some(BodyLimit(body_max_bytes))));
    }
    // For whoever finds out only while the body is read.
    request.extensions_mut().insert(BodyLimit(body_max_bytes));
    let caller = match guard.access {
        Access::Public(_) => peer(request),
        Access::Roles(allowed) => {
            let principal = match gate.authenticator.authenticate(request.headers()).await {
                Ok(principal) => principal,
                Err(problem) => {
                    if problem.status() == StatusCode::UNAUTHORIZED {
                        let peer = peer(request);
                        gate.buckets.take(&peer).map_err(Problem::too_many_requests)?;
                    }
                    return Err(problem);
                }
            };
            if !principal.roles.contains_any(allowed) {
                return Err(
                    Problem::forbidden("role_missing", "the caller has none of the required roles")
                        .detail_zh("当前角色无权进行此操作")
                        .with(
                            "roles",
                            allowed.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
                        ),
                );
            }
            let caller = principal.subject.clone();
            request.extensions_mut().insert(principal);
            caller
        }
    };
    gate.buckets.take(&caller).map_err(Problem::too_many_requests)
}

/// What the caller says the body has; the rest is found out while it is read.
fn announced_bytes(headers: &HeaderMap) -> u64 {
    let len = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|len| len.to_str().ok());
    len.and_then(|len| len.parse().ok()).unwrap_or(0)
}

/// Unauthenticated callers share a bucket per address; forwarded addresses are not believed.
fn peer(request: &Request) -> String {
    match request.extensions().get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(address)) => format!("address {}", address.ip()),
        None => "address unknown".to_owned(),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a guarded route was served without web::router around it")]
struct NoGate;
