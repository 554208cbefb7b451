//! HTTP: every route with who may call it.
mod error;
mod get_callback;
mod list_callbacks;
mod record_answer;
mod view;

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

pub use error::TEXTS;

const READERS: &[Role] = &[Role::CallbackAgent, Role::Supervisor, Role::Admin];
const CALLERS: &[Role] = &[Role::CallbackAgent];

/// The routes of callback.
#[must_use]
pub fn table() -> Table<Ctx> {
    Table::new("callback", env!("CARGO_PKG_VERSION"))
        .add(routes!(list_callbacks::list_callbacks), READERS)
        .add(routes!(get_callback::get_callback), READERS)
        .add(routes!(record_answer::record_answer), CALLERS)
}
