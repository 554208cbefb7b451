//! A test that every service runs over its own router: nothing answers the wrong caller.
//!
//! Routes without a declaration cannot exist in a [`Table`](crate::Table); this finds what could
//! still go wrong: an operation that lost its `x-roles`, or a guard that does not hold.
use axum::Router;
use axum::body::Body;
use http::{Method, Request, header};
use serde_json::Value;
use tower::ServiceExt as _;
use utoipa::openapi::OpenApi;

use crate::auth::Role;
use crate::openapi::{X_PUBLIC, X_ROLES};

struct Operation {
    method: Method,
    template: String,
    path: String,
    roles: Option<Vec<String>>,
    public: Option<String>,
}

/// Calls every operation of the document without a token (must be 401) and with each role that
/// is not on its list (must be 403), always with a body that no handler accepts. `token_for`
/// makes a valid token with exactly the given roles.
///
/// # Panics
/// With the list of operations that let a wrong caller in, or say nothing about who may call.
pub async fn assert_auth_coverage(router: &Router, openapi: &OpenApi, token_for: impl Fn(&[Role]) -> String) {
    let mut failures = Vec::new();
    let operations = operations(openapi);
    assert!(!operations.is_empty(), "the document has no operations");
    for operation in &operations {
        let name = format!("{} {}", operation.method, operation.template);
        match (&operation.roles, &operation.public) {
            (Some(roles), None) if !roles.is_empty() => {
                let status = call(router, operation, None).await;
                if status != 401 {
                    failures.push(format!("{name}: {status} without a token, expected 401"));
                }
                for role in Role::ALL
                    .into_iter()
                    .filter(|role| !roles.iter().any(|r| r == role.as_str()))
                {
                    let status = call(router, operation, Some(token_for(&[role]))).await;
                    if status != 403 {
                        failures.push(format!("{name}: {status} for {role}, expected 403"));
                    }
                }
                let status = call(router, operation, Some(token_for(&[]))).await;
                if status != 403 {
                    failures.push(format!(
                        "{name}: {status} for a caller without roles, expected 403"
                    ));
                }
            }
            (Some(roles), Some(reason)) if roles.is_empty() && !reason.trim().is_empty() => {}
            _ => failures.push(format!("{name}: does not say who may call it")),
        }
    }
    assert!(
        failures.is_empty(),
        "authorization gaps:\n{}",
        failures.join("\n")
    );
}

async fn call(router: &Router, operation: &Operation, token: Option<String>) -> u16 {
    let mut request = Request::builder().method(&operation.method).uri(&operation.path);
    request = request.header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request
        .body(Body::from("{}"))
        .expect("a path from the document is a valid address");
    let response = router
        .clone()
        .oneshot(request)
        .await
        .expect("a router does not fail");
    response.status().as_u16()
}

/// Read from the JSON form, which is what callers see.
fn operations(openapi: &OpenApi) -> Vec<Operation> {
    let document = serde_json::to_value(openapi).expect("a document is plain data");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !operation.is_object() || !operation["responses"].is_object() {
                continue;
            }
            operations.push(Operation {
                method,
                template: path.clone(),
                path: filled(path, &operation["parameters"]),
                roles: serde_json::from_value(operation[X_ROLES].clone()).ok(),
                public: operation[X_PUBLIC].as_str().map(ToOwned::to_owned),
            });
        }
    }
    operations
}

/// The path with a plausible value for each parameter.
fn filled(path: &str, parameters: &Value) -> String {
    let parts = path.split('/').map(|part| {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            return part;
        };
        let described = parameters
            .as_array()
            .into_iter()
            .flatten()
            .find(|p| p["name"] == name);
        let schema = described
            .map(|parameter| &parameter["schema"])
            .unwrap_or(&Value::Null);
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (_, Some("uuid")) => "01890a5d-ac96-774b-bcce-b302099a8057",
            (_, Some("date")) => "2025-01-31",
            (Some("integer" | "number"), _) => "1",
            _ => "x-1",
        }
    });
    parts.collect::<Vec<_>>().join("/")
}
