//! Reports as JSON, spreadsheet and page.
mod get_notice;
mod get_report;
pub(in crate::api) mod html;
mod views;
mod xlsx;

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

const READERS: &[Role] = &[Role::Supervisor, Role::Leader, Role::Auditor, Role::Admin];

/// The routes.
pub(super) fn table(table: Table<Ctx>) -> Table<Ctx> {
    table
        .add(routes!(get_report::get_report), READERS)
        .add(routes!(get_notice::get_notice), READERS)
}
