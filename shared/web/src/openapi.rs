//! What every operation's document has in common: its roles, and the problems of the platform.
use serde_json::json;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::guard::Access;
use crate::problem::{MEDIA_TYPE, ProblemDocument};

/// The extension that lists who may call an operation.
pub(crate) const X_ROLES: &str = "x-roles";
/// The extension that says why an operation needs no caller.
pub(crate) const X_PUBLIC: &str = "x-public";
/// The name of the security scheme.
const BEARER: &str = "bearer";

/// Writes the access of a route into all of its operations.
pub(crate) fn declare(item: &mut PathItem, access: Access) {
    let operations = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
        &mut item.trace,
    ];
    for operation in operations.into_iter().flatten() {
        declare_operation(operation, access);
    }
}

fn declare_operation(operation: &mut Operation, access: Access) {
    let extensions = operation.extensions.get_or_insert_default();
    match access {
        Access::Roles(roles) => {
            extensions.insert(X_ROLES.to_owned(), json!(roles));
            operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
            problem_response(operation, "401", "no valid token or key");
            problem_response(operation, "403", "not one of the roles, or not the caller's unit");
        }
        Access::Public(reason) => {
            extensions.insert(X_ROLES.to_owned(), json!([]));
            extensions.insert(X_PUBLIC.to_owned(), json!(reason));
            operation.security = Some(Vec::new());
        }
    }
    if operation.request_body.is_some() || operation.parameters.is_some() {
        problem_response(operation, "400", "malformed; `field` names the place");
        problem_response(operation, "422", "a value breaks a rule; `field` names the place");
    }
    if operation.request_body.is_some() {
        problem_response(operation, "413", "the body is too large");
        problem_response(operation, "415", "the body is not JSON");
    }
    problem_response(operation, "429", "too many requests; see Retry-After");
    problem_response(operation, "500", "failed here; report the request id");
    problem_response(operation, "503", "overloaded or a part is down; see Retry-After");
    problem_response(operation, "504", "it took too long; the outcome is unknown");
}

/// Adds a problem response unless the handler described one itself.
fn problem_response(operation: &mut Operation, status: &str, description: &str) {
    operation
        .responses
        .responses
        .entry(status.to_owned())
        .or_insert_with(|| RefOr::T(problem(description)));
}

fn problem(description: &str) -> Response {
    let content = Content::builder()
        .schema(Some(Ref::from_schema_name(ProblemDocument::name())))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, content)
        .build()
}

/// Adds the problem schema and the bearer scheme.
pub(crate) fn document_shared(openapi: &mut OpenApi) {
    let components = openapi.components.get_or_insert_with(Components::new);
    let name = ProblemDocument::name().into_owned();
    components
        .schemas
        .entry(name)
        .or_insert_with(ProblemDocument::schema);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "an access token of the identity provider, or a key issued to a machine",
        ))
        .build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
}
