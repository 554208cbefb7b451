//! The tables of callback; the only place with SQL.
pub mod answers;
pub mod cases;
pub mod listing;
mod order_rows;
mod task_rows;
