//! Reports as tables: the same cells become JSON, a spreadsheet and a page.
mod build;
mod table;

pub use build::{
    Changes, Counts, LateOrder, Numbers, channels, districts, hard_matters, idle_units, kinds, late_orders,
    matters, summary, units,
};
pub use table::{Cell, Column, Table, Title};
