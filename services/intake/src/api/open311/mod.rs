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
use utoipa_axum::router::UtoipaMethodRouter;
use web::{Table, routes};

const ANYBODY: &str = "what is shown is public; the key of an app opens what it posted itself";

/// All methods of the standard. Each answers as `.json`, as `.xml` and, without an extension, as `Accept` says.
pub(super) fn add(table: Table<Ctx>) -> Table<Ctx> {
    let table = in_formats(table, &routes!(discovery::discovery));
    let table = in_formats(table, &routes!(services::list_services));
    let table = in_formats(
        table,
        &routes!(requests::list_requests, post_request::post_request),
    );
    // Here the extension is part of the last parameter.
    table
        .public(routes!(services::get_service), ANYBODY)
        .public(routes!(requests::get_request), ANYBODY)
        .public(routes!(requests::get_token), ANYBODY)
}

fn in_formats(mut table: Table<Ctx>, routes: &UtoipaMethodRouter<Ctx>) -> Table<Ctx> {
    for format in ["", "json", "xml"] {
        let mut paths = Paths::new();
        for (path, item) in &routes.1.paths {
            let mut item = item.clone();
            rename(item.get.as_mut(), format);
            rename(item.post.as_mut(), format);
            let dot = if format.is_empty() { "" } else { "." };
            paths.paths.insert(format!("{path}{dot}{format}"), item);
        }
        table = table.public((routes.0.clone(), paths, routes.2.clone()), ANYBODY);
    }
    table
}

/// Ids of operations are unique in a document.
fn rename(operation: Option<&mut Operation>, format: &str) {
    let id = operation.and_then(|operation| operation.operation_id.as_mut());
    if let Some(id) = id.filter(|_| !format.is_empty()) {
        *id = format!("{id}_{format}");
    }
}
