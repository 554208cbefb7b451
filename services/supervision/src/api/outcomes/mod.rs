//! Coordination outcomes 协调结果.
mod act;
pub(super) mod error;
mod read;
mod record;
pub(super) mod views;

use crate::api::{LEADERS, SUPERVISORS};
use crate::ctx::Ctx;
use web::{Table, routes};

/// Their routes.
pub(super) fn table(table: Table<Ctx>) -> Table<Ctx> {
    table
        .add(routes!(record::record_outcome), SUPERVISORS)
        .add(routes!(read::list_outcomes), LEADERS)
        .add(routes!(read::get_outcome), LEADERS)
        .add(routes!(act::carry_out_part), SUPERVISORS)
        .add(routes!(act::drop_outcome), SUPERVISORS)
}
