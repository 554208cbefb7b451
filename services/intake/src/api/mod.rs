//! Way in: HTTP. The table of routes with who may call each.
mod amend_order;
mod error;
mod find_similar;
mod get_complaint;
mod get_progress;
mod list_complaints;
mod list_identity_accesses;
mod register_complaint;
mod register_request;
mod reveal_identity;
mod supplement_complaint;
mod views;
mod withdraw_complaint;

pub use error::TEXTS;

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

const READERS: &[Role] = &[Role::Agent, Role::Supervisor, Role::Auditor, Role::Admin];
/// Everybody who can be recognised reaches the vault's door: whether it opens is decided, and written down, behind it.
const EVERYBODY: &[Role] = &Role::ALL;

/// The routes of intake.
#[must_use]
pub fn table(ctx: Ctx) -> Table {
    Table::new("intake", env!("CARGO_PKG_VERSION"))
        .add(
            routes!(register_complaint::register_complaint),
            &[Role::Agent, Role::Admin],
        )
        .add(
            routes!(amend_order::amend_order),
            &[Role::Agent, Role::Dispatcher, Role::Admin],
        )
        .add(
            routes!(withdraw_complaint::withdraw_complaint),
            &[Role::Agent, Role::Admin],
        )
        .add(
            routes!(withdraw_complaint::withdraw_order),
            &[Role::Agent, Role::Admin],
        )
        .add(
            routes!(supplement_complaint::supplement_complaint),
            &[Role::Agent, Role::CallbackAgent, Role::Admin],
        )
        .add(
            routes!(find_similar::find_similar),
            &[Role::Agent, Role::Dispatcher, Role::Admin],
        )
        .add(routes!(list_complaints::list_complaints), READERS)
        .add(routes!(get_complaint::get_complaint), READERS)
        .add(routes!(get_progress::get_progress), READERS)
        .add(routes!(reveal_identity::reveal_identity), EVERYBODY)
        .add(
            routes!(list_identity_accesses::list_identity_accesses),
            &[Role::Auditor],
        )
        .with_state(ctx)
}
