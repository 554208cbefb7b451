//! HTTP: every route with who may call it.
mod claim_order;
mod decide;
mod dispatch_order;
mod error;
mod get_assignment;
mod get_current_version;
mod get_unit;
mod list_directory_versions;
mod list_manual_queue;
mod list_returns;
mod publish_directory;
mod replay_assignment;
mod review_return;
mod suggest;
mod views;

use crate::config::RoutingConfig;
use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

pub use error::TEXTS;

const EDITORS: &[Role] = &[Role::DirectoryEditor, Role::Admin];
const ASKERS: &[Role] = &[Role::Agent, Role::Dispatcher, Role::DirectoryEditor, Role::Admin];
const READERS: &[Role] = &[
    Role::Agent,
    Role::Dispatcher,
    Role::Supervisor,
    Role::Auditor,
    Role::Admin,
];
const DIRECTORY_READERS: &[Role] = &[
    Role::Agent,
    Role::Dispatcher,
    Role::DirectoryEditor,
    Role::Supervisor,
    Role::Auditor,
    Role::Admin,
];
const AUDITORS: &[Role] = &[
    Role::Dispatcher,
    Role::DirectoryEditor,
    Role::Auditor,
    Role::Admin,
];
const DISPATCHERS: &[Role] = &[Role::Dispatcher];

/// The routes of routing. Two take bulk data and have limits of their own.
#[must_use]
pub fn table(config: &RoutingConfig) -> Table<Ctx> {
    Table::new("routing", env!("CARGO_PKG_VERSION"))
        .add_large(routes!(decide::decide), ASKERS, config.decisions_max_bytes)
        .add(routes!(suggest::suggest), ASKERS)
        .add(routes!(get_assignment::get_assignment), READERS)
        .add(routes!(replay_assignment::replay_assignment), AUDITORS)
        .add(routes!(list_manual_queue::list_manual_queue), DISPATCHERS)
        .add(routes!(claim_order::claim_order), DISPATCHERS)
        .add(routes!(dispatch_order::dispatch_order), DISPATCHERS)
        .add(routes!(list_returns::list_returns), DISPATCHERS)
        .add(routes!(review_return::review_return), DISPATCHERS)
        .add_large(
            routes!(publish_directory::publish_directory),
            EDITORS,
            config.pack_max_bytes,
        )
        .add(
            routes!(list_directory_versions::list_directory_versions),
            DIRECTORY_READERS,
        )
        .add(
            routes!(get_current_version::get_current_version),
            DIRECTORY_READERS,
        )
        .add(routes!(get_unit::get_unit), DIRECTORY_READERS)
}
