//! HTTP: every route with who may call it.
#![expect(
    unused_qualifications,
    reason = "how utoipa writes the type of a query string that `params` names, too"
)]
mod claim_order;
mod decide;
mod dispatch_order;
mod drafts;
mod error;
mod get_assignment;
mod get_current_version;
mod get_unit;
mod list_decisions;
mod list_directory_versions;
mod list_manual_queue;
mod list_returns;
mod list_rulings;
mod publish_directory;
mod release_claim;
mod replay_assignment;
mod replay_decision;
mod review_return;
mod rule_order;
mod suggest;
mod uploads;
mod views;

use crate::config::RoutingConfig;
use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

pub use error::TEXTS;

const EDITORS: &[Role] = &[Role::DirectoryEditor, Role::Admin];
const DRAFT_READERS: &[Role] = &[Role::DirectoryEditor, Role::Auditor, Role::Admin];
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
const RULERS: &[Role] = &[Role::Dispatcher, Role::Supervisor];
const DISPATCHERS: &[Role] = &[Role::Dispatcher];

/// The routes of routing. Three take bulk data and have limits of their own.
#[must_use]
pub fn table(config: &RoutingConfig) -> Table<Ctx> {
    Table::new("routing", env!("CARGO_PKG_VERSION"))
        .add_large(routes!(decide::decide), ASKERS, config.decisions_max_bytes)
        .add(routes!(suggest::suggest), ASKERS)
        .add(routes!(get_assignment::get_assignment), READERS)
        .add(routes!(replay_assignment::replay_assignment), AUDITORS)
        .add(routes!(list_decisions::list_decisions), READERS)
        .add(routes!(replay_decision::replay_undecided), AUDITORS)
        .add(routes!(list_manual_queue::list_manual_queue), DISPATCHERS)
        .add(routes!(claim_order::claim_order), DISPATCHERS)
        .add(routes!(release_claim::release_claim), DISPATCHERS)
        .add(routes!(dispatch_order::dispatch_order), DISPATCHERS)
        .add(routes!(rule_order::rule_order), RULERS)
        .add(routes!(list_rulings::list_rulings), DIRECTORY_READERS)
        .add(routes!(list_returns::list_returns), DISPATCHERS)
        .add(routes!(review_return::review_return), DISPATCHERS)
        .add_large(
            routes!(publish_directory::publish_directory),
            EDITORS,
            config.pack_max_bytes,
        )
        .add_large(
            routes!(drafts::create_draft::create_draft),
            EDITORS,
            config.pack_max_bytes,
        )
        .add(routes!(drafts::list_drafts::list_drafts), DRAFT_READERS)
        .add(routes!(drafts::get_draft::get_draft), DRAFT_READERS)
        .add(routes!(drafts::discard_draft::discard_draft), EDITORS)
        .add(routes!(drafts::rebase_draft::rebase_draft), EDITORS)
        .add(routes!(drafts::put_duty::put_duty), EDITORS)
        .add(routes!(drafts::delete_duty::delete_duty), EDITORS)
        .add(routes!(drafts::put_unit::put_unit), EDITORS)
        .add(routes!(drafts::delete_unit::delete_unit), EDITORS)
        .add(routes!(drafts::lint_draft::lint_draft), DRAFT_READERS)
        .add(routes!(drafts::preview_draft::preview_draft), DRAFT_READERS)
        .add(routes!(drafts::publish_draft::publish_draft), EDITORS)
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
