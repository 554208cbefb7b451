//! The standard door: Open311 GeoReport v2, for citizens' apps that know no other interface of ours. Requests enter the
//! same flow as any other complaint; what is shown of them, and to whom, is in `domain/service_request`.
mod discovery;
mod door;
mod post_request;
mod posted;
mod requests;
mod services;
mod xml;

use crate::ctx::Ctx;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::{Content, RefOr, ResponseBuilder};
use utoipa_axum::router::UtoipaMethodRouter;
use web::{Table, routes};

const ANYBODY: &str = "what is shown is public; the key of an app opens what it posted itself";

const JSON: &str = "application/json";
const XML: &str = "text/xml";

/// All methods of the standard. Each answers as `.json`, as `.xml` and, without an extension, as `Accept` says.
pub(super) fn add(table: Table<Ctx>) -> Table<Ctx> {
    let table = table.problems_as(door::PORT);
    let table = in_formats(table, &routes!(discovery::discovery));
    let table = in_formats(table, &routes!(services::list_services));
    let table = in_formats(
        table,
        &routes!(requests::list_requests, post_request::post_request),
    );
    // Here the extension is part of the last parameter.
    [
        routes!(services::get_service),
        routes!(requests::get_request),
        routes!(requests::get_token),
    ]
    .into_iter()
    .fold(table, |table, mut routes| {
        for item in routes.1.paths.values_mut() {
            speak(item.get.as_mut(), &[JSON, XML]);
        }
        table.public(routes, ANYBODY)
    })
}

fn in_formats(mut table: Table<Ctx>, routes: &UtoipaMethodRouter<Ctx>) -> Table<Ctx> {
    for (format, kinds) in [("", &[JSON, XML][..]), ("json", &[JSON]), ("xml", &[XML])] {
        let mut paths = Paths::new();
        for (path, item) in &routes.1.paths {
            let mut item = item.clone();
            for operation in [item.get.as_mut(), item.post.as_mut()] {
                speak(rename(operation, format), kinds);
            }
            let dot = if format.is_empty() { "" } else { "." };
            paths.paths.insert(format!("{path}{dot}{format}"), item);
        }
        table = table.public((routes.0.clone(), paths, routes.2.clone()), ANYBODY);
    }
    table
}

/// Ids of operations are unique in a document.
fn rename<'a>(operation: Option<&'a mut Operation>, format: &str) -> Option<&'a mut Operation> {
    let operation = operation?;
    if let Some(id) = operation.operation_id.as_mut().filter(|_| !format.is_empty()) {
        *id = format!("{id}_{format}");
    }
    Some(operation)
}

/// What the port refuses, too, is told in the shape of the standard; and everything in these media types.
fn speak(operation: Option<&mut Operation>, kinds: &[&str]) {
    let Some(operation) = operation else { return };
    let responses = &mut operation.responses.responses;
    for (status, description) in [
        ("400", "malformed; the description names the parameter"),
        ("413", "the request is too large"),
        ("415", "the body is no form"),
        ("429", "too many requests; see Retry-After"),
        ("500", "failed here"),
        ("503", "overloaded or a part is down; see Retry-After"),
        ("504", "it took too long; the outcome is unknown"),
    ] {
        let answer = || ResponseBuilder::new().description(description).build().into();
        responses.entry(status.to_owned()).or_insert_with(answer);
    }
    for response in responses.values_mut() {
        if let RefOr::T(response) = response {
            let content = response.content.values().next().cloned();
            let content = content.unwrap_or_else(|| Content::builder().build().into());
            let kinds = kinds.iter().map(|kind| ((*kind).to_owned(), content.clone()));
            response.content = kinds.collect();
        }
    }
}
