//! The route table of a service: every handler with who may call it.
//!
//! One list is the source of the guard in front of the handler and of `x-roles` in the OpenAPI
//! document, so they cannot disagree; and there is no way to add a route without either.
//!
//! ```text
//! Table::new("intake", env!("CARGO_PKG_VERSION"))
//!     .add(routes!(register_complaint), &[Role::Agent])
//!     .public(routes!(progress), "the number is known only to the caller")
//!     .with_state(ctx)
//! ```
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use utoipa::openapi::{Info, OpenApi, Paths};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt as _};

use crate::auth::Role;
use crate::guard::{Access, Guard, check};
use crate::openapi::{declare, document_shared};
use crate::shape::ProblemShape;

/// Routes and their document, built together.
pub struct Table<S = ()> {
    routes: OpenApiRouter<S>,
    shape: Option<ProblemShape>,
}

impl<S> Table<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// An empty table for the document of `service`.
    #[must_use]
    pub fn new(service: &str, version: &str) -> Self {
        let openapi = OpenApi::new(Info::new(service, version), Paths::new());
        Self {
            routes: OpenApiRouter::with_openapi(openapi),
            shape: None,
        }
    }

    /// At some addresses problems are told in another shape.
    #[must_use]
    pub fn problems_as(self, shape: ProblemShape) -> Self {
        Self {
            shape: Some(shape),
            ..self
        }
    }

    /// Adds handlers of one path that callers with any of `roles` may call.
    #[must_use]
    pub fn add(self, routes: UtoipaMethodRouter<S>, roles: &'static [Role]) -> Self {
        self.route(routes, Access::Roles(roles))
    }

    /// Adds handlers that anybody may call, for a reason that appears in the document.
    #[must_use]
    pub fn public(self, routes: UtoipaMethodRouter<S>, reason: &'static str) -> Self {
        self.route(routes, Access::Public(reason))
    }

    /// Like [`Table::add`], for bodies of up to `body_max_bytes` instead of the port's limit.
    #[must_use]
    pub fn add_large(
        self,
        routes: UtoipaMethodRouter<S>,
        roles: &'static [Role],
        body_max_bytes: usize,
    ) -> Self {
        let routes = routes.map(|router| router.route_layer(DefaultBodyLimit::max(body_max_bytes)));
        self.guarded(routes, Access::Roles(roles), Some(body_max_bytes))
    }

    /// Adds handlers with their access.
    #[must_use]
    pub fn route(self, routes: UtoipaMethodRouter<S>, access: Access) -> Self {
        self.guarded(routes, access, None)
    }

    fn guarded(
        self,
        mut routes: UtoipaMethodRouter<S>,
        access: Access,
        body_max_bytes: Option<usize>,
    ) -> Self {
        for item in routes.1.paths.values_mut() {
            declare(item, access);
        }
        let guard = Guard {
            access,
            body_max_bytes,
        };
        let guarded = routes.map(|router| router.route_layer(from_fn_with_state(guard, check)));
        Self {
            routes: self.routes.routes(guarded),
            ..self
        }
    }

    /// All routes of another table.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            routes: self.routes.merge(other.routes),
            shape: self.shape.or(other.shape),
        }
    }

    /// Gives the handlers their state.
    #[must_use]
    pub fn with_state<S2>(self, state: S) -> Table<S2>
    where
        S2: Clone + Send + Sync + 'static,
    {
        Table {
            routes: self.routes.with_state(state),
            shape: self.shape,
        }
    }

    /// The finished document.
    #[must_use]
    pub fn openapi(&self) -> OpenApi {
        let mut openapi = self.routes.get_openapi().clone();
        document_shared(&mut openapi);
        openapi
    }

    pub(crate) fn into_parts(self) -> (axum::Router<S>, OpenApi, Option<ProblemShape>) {
        let openapi = self.openapi();
        (self.routes.into(), openapi, self.shape)
    }
}

impl<S> std::fmt::Debug for Table<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}
