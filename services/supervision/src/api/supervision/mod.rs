//! Supervision orders 督办, the day list of the desk, the leaders' list.
mod act;
mod desk;
mod error;
mod list;
mod open;
mod unfounded;
mod views;

use crate::api::{LEADERS, SUPERVISORS};
use crate::ctx::Ctx;
use web::{Table, routes};

/// The routes.
pub(super) fn table(table: Table<Ctx>) -> Table<Ctx> {
    table
        .add(routes!(list::list_supervision_orders), LEADERS)
        .add(routes!(open::open_supervision_orders), SUPERVISORS)
        .add(routes!(list::get_supervision_order), LEADERS)
        .add(routes!(act::open_proposed), SUPERVISORS)
        .add(routes!(act::escalate), SUPERVISORS)
        .add(routes!(act::answer), SUPERVISORS)
        .add(routes!(act::accept), SUPERVISORS)
        .add(routes!(act::reject), SUPERVISORS)
        .add(routes!(act::discharge), SUPERVISORS)
        .add(routes!(desk::get_desk), LEADERS)
        .add(routes!(desk::list_leaders), LEADERS)
}
