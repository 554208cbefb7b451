//! The layer on each route that decides who passes, before anything of the body is read.
//!
//! Order: authenticate (401), role (403), rate (429), then the handler, which finds the
//! [`Principal`](crate::auth::Principal) in the request.
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Problem;
use crate::auth::{Authenticator, Role};
use crate::bucket::Buckets;

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
}

pub(crate) async fn check(State(access): State<Access>, mut request: Request, next: Next) -> Response {
    match admit(access, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(access: Access, request: &mut Request) -> Result<(), Problem> {
    let Some(gate) = request.extensions().get::<Gate>().cloned() else {
        return Err(Problem::internal(&NoGate));
    };
    let caller = match access {
        Access::Public(_) => peer(request),
        Access::Roles(allowed) => {
            let principal = gate.authenticator.authenticate(request.headers()).await?;
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
