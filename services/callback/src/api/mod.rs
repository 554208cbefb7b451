//! HTTP: every route with who may call it.
#![expect(
    unused_qualifications,
    reason = "how utoipa writes the type of a query string that `params` names, too"
)]
mod appeals;
mod claims;
mod error;
mod get_callback;
mod judgements;
mod list_callbacks;
mod policy;
mod record_answer;
mod survey;
mod view;

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

pub use error::TEXTS;

const READERS: &[Role] = &[Role::CallbackAgent, Role::Supervisor, Role::Admin];
const CALLERS: &[Role] = &[Role::CallbackAgent];
const UNIT_READERS: &[Role] = &[Role::UnitOperator, Role::Supervisor, Role::Auditor];
const REVIEWERS: &[Role] = &[Role::CallbackAgent, Role::Supervisor, Role::Auditor];
const PROPOSERS: &[Role] = &[Role::CallbackAgent, Role::Supervisor];
const POLICY_READERS: &[Role] = &[Role::Supervisor, Role::Leader, Role::Auditor, Role::Admin];

/// The routes of callback.
#[must_use]
pub fn table() -> Table<Ctx> {
    Table::new("callback", env!("CARGO_PKG_VERSION"))
        .add(routes!(list_callbacks::list_callbacks), READERS)
        .add(routes!(get_callback::get_callback), READERS)
        .add(routes!(record_answer::record_answer), CALLERS)
        .add(routes!(claims::claim_callbacks), CALLERS)
        .add(routes!(claims::release_claim), CALLERS)
        .add(routes!(claims::call_again), CALLERS)
        .add(routes!(appeals::list_unit_answers), UNIT_READERS)
        .add(routes!(appeals::open_appeal), &[Role::UnitOperator])
        .add(routes!(appeals::list_appeals), REVIEWERS)
        .add(routes!(appeals::review_appeal), &[Role::Supervisor])
        .add(routes!(judgements::propose_judgement), PROPOSERS)
        .add(routes!(judgements::list_judgements), REVIEWERS)
        .add(routes!(judgements::review_judgement), &[Role::Supervisor])
        .public(routes!(survey::show_survey), "the signed link is the proof")
        .public(
            routes!(survey::answer_survey),
            "the signed link is the proof, and is used up",
        )
        .add(routes!(policy::get_policy), POLICY_READERS)
        .add(routes!(policy::put_policy), &[Role::Admin])
}
