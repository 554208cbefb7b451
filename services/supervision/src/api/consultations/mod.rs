//! Consultations 会商 and what they decide.
mod act;
mod open;
mod read;
mod rule;
mod views;

use super::{READERS, SUPERVISORS};
use crate::api::error;
use crate::ctx::Ctx;
use web::{Problem, Table, routes};

/// Most orders, or units, of one consultation.
const LIST_MAX: usize = 50;

/// Their routes.
pub(super) fn table(table: Table<Ctx>) -> Table<Ctx> {
    table
        .add(routes!(open::open_consultation), SUPERVISORS)
        .add(routes!(read::list_consultations), READERS)
        .add(routes!(read::list_waiting), READERS)
        .add(routes!(read::get_consultation), READERS)
        .add(routes!(act::write_minutes), SUPERVISORS)
        .add(routes!(act::cancel_consultation), SUPERVISORS)
        .add(routes!(act::end_consultation), SUPERVISORS)
        .add(routes!(rule::make_ruling), SUPERVISORS)
}

/// A list of 1 to 50 entries, none of them twice.
fn once_each<T: PartialEq>(name: &'static str, given: &[T]) -> Result<(), Problem> {
    if given.is_empty() || given.len() > LIST_MAX {
        return Err(error::field(name, "must have 1 to 50 entries", "须为 1 至 50 项"));
    }
    let twice = (1..given.len()).any(|n| given[..n].contains(&given[n]));
    if twice {
        return Err(error::field(name, "names something twice", "有重复项"));
    }
    Ok(())
}
