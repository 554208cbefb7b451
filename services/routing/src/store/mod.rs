//! The tables of routing: all its SQL.
//!
//! | File | Table |
//! |---|---|
//! | `directory_drafts` | `directory_drafts`, `directory_draft_edits` (append-only) |
//! | `directory_versions` | `directory_versions`, append-only |
//! | `examples` | `examples` |
//! | `orders` | `orders` |
//! | `past_orders` | `orders`, for previews |
//! | `assignments` | `assignments`, append-only |
//! | `manual_queue` | `manual_queue` |
//! | `undecided_decisions` | `undecided_decisions`, append-only |
//! | `returns` | `returns` |
//! | `helpers` | `helpers`, append-only |
//! | `rulings` | `rulings`, append-only |
pub mod assignments;
pub mod directory_drafts;
pub mod directory_versions;
pub mod examples;
pub mod helpers;
pub mod manual_queue;
pub mod orders;
pub mod past_orders;
pub mod returns;
pub mod rulings;
pub mod undecided_decisions;

use db::DbError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as the text of a JSON column.
///
/// # Panics
/// Never: rows are plain data.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("rows are plain data")
}

/// A JSON column as its type.
fn read<T: DeserializeOwned>(
    value: serde_json::Value,
    table: &'static str,
    column: &'static str,
    row: &dyn std::fmt::Display,
) -> Result<T, DbError> {
    serde_json::from_value(value).map_err(|error| DbError::inconsistent(table, column, row, &error))
}
