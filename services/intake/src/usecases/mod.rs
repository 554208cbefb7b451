//! What intake does: the table of contents of the service.
pub mod advance_order;
pub mod amend_order;
pub mod find_similar;
pub mod get_complaint;
pub mod get_progress;
pub mod keep_directory;
pub mod list_complaints;
pub mod list_identity_accesses;
pub mod register_complaint;
pub mod reveal_identity;
pub mod supplement_complaint;
pub mod withdraw_orders;
