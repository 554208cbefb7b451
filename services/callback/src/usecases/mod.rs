//! What callback does; one verb per file.
//!
//! - `know_order`: an order is registered
//! - `follow_assignment`: an order gets a unit, or another one
//! - `schedule_callback`: a unit has replied
//! - `withdraw_order`: nobody is responsible for an order any more
//! - `record_answer`: a callback agent reports what the caller said
//! - `list_callbacks`, `get_callback`: reads
mod change_cases;
pub mod follow_assignment;
pub mod get_callback;
pub mod know_order;
pub mod list_callbacks;
pub mod record_answer;
pub mod schedule_callback;
pub mod withdraw_order;
