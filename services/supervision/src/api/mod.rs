//! HTTP: every route with who may call it.
#![expect(
    unused_qualifications,
    reason = "how utoipa writes the type of a query string that `params` names, too"
)]
mod balance;
mod consultations;
mod emerging;
mod error;
mod extensions;
mod figures;
mod find_gaps;
mod get_order;
mod get_timeline;
mod list_orders;
mod outcomes;
mod policies;
mod referrals;
mod reports;
mod search_orders;
mod supervision;
mod suspension_requests;
mod suspensions;
mod timers;
mod verdict;

use crate::ctx::Ctx;
use contracts::cause::Cause;
use web::auth::{Principal, Role};
use web::{Table, routes};

pub use error::TEXTS;

const READERS: &[Role] = &[
    Role::Agent,
    Role::Dispatcher,
    Role::Supervisor,
    Role::Auditor,
    Role::Admin,
];
/// A city may let leaders review.
const REQUEST_READERS: &[Role] = &[
    Role::Agent,
    Role::Dispatcher,
    Role::Supervisor,
    Role::Leader,
    Role::Auditor,
    Role::Admin,
];
const LISTERS: &[Role] = &[
    Role::Dispatcher,
    Role::Supervisor,
    Role::Leader,
    Role::Auditor,
    Role::Admin,
];
const LEADERS: &[Role] = &[Role::Supervisor, Role::Leader, Role::Auditor, Role::Admin];
const STAFF: &[Role] = &[Role::Dispatcher, Role::Supervisor];
const SUPERVISORS: &[Role] = &[Role::Supervisor];
/// Who may be a reviewer by a city's policy.
const REVIEWERS: &[Role] = &[Role::Supervisor, Role::Leader];
const SEEKERS: &[Role] = &[Role::Supervisor, Role::Auditor, Role::Admin];
const BRAKERS: &[Role] = &[Role::Supervisor, Role::Admin];
const ADMINS: &[Role] = &[Role::Admin];
const AUDITORS: &[Role] = &[Role::Auditor, Role::Admin];

/// The routes of supervision.
#[must_use]
pub fn table() -> Table<Ctx> {
    let table = Table::new("supervision", env!("CARGO_PKG_VERSION"))
        .add(routes!(list_orders::list_orders), LISTERS)
        .add(routes!(get_order::get_order), READERS)
        .add(routes!(get_timeline::get_timeline), READERS)
        .add(routes!(find_gaps::find_gaps), AUDITORS)
        .add(routes!(policies::get_policy), LEADERS)
        .add(routes!(policies::put_policy), ADMINS)
        .add(routes!(extensions::request_extension), STAFF)
        .add(routes!(extensions::review_extension), STAFF)
        .add(routes!(extensions::list_extensions), READERS)
        .add(routes!(suspension_requests::suspend_order), SUPERVISORS)
        .add(routes!(suspension_requests::review_suspension), REVIEWERS)
        .add(
            routes!(suspension_requests::list_suspension_requests),
            REQUEST_READERS,
        )
        .add(routes!(suspensions::resume_order), SUPERVISORS)
        .add(routes!(suspensions::list_suspensions), READERS)
        .add(routes!(balance::get_balance), LEADERS)
        .add(routes!(balance::list_differences), LEADERS)
        .add(routes!(emerging::list_alerts), LEADERS)
        .add(routes!(emerging::list_alert_orders), SEEKERS)
        .add(routes!(timers::get_timers), LEADERS)
        .add(routes!(timers::release_timers), BRAKERS)
        .add(routes!(search_orders::search_orders), LISTERS);
    let table = referrals::table(consultations::table(table));
    reports::table(figures::table(supervision::table(outcomes::table(table))))
}

/// Who asks, as events name them, and the cause of what follows.
fn person(principal: &Principal) -> (String, Cause) {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    (by, cause)
}
