//! What callback does; one verb per file.
//!
//! - `follow_order`: an order is registered, gets a unit or loses it, or its unit has replied
//! - `record_answer`: a callback agent reports what the caller said
//! - `list_callbacks`, `get_callback`: reads
pub mod follow_order;
pub mod get_callback;
pub mod list_callbacks;
pub mod record_answer;
