//! The tables of callback; the only place with SQL.
pub mod answers;
pub mod appeals;
pub mod cases;
pub mod claims;
pub mod judgements;
pub mod listing;
pub mod messages;
mod order_rows;
pub mod policies;
mod task_rows;
