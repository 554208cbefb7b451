//! The tables of supervision; the only place with SQL.
pub mod calendars;
pub mod clocks;
pub mod gaps;
pub mod listing;
mod order_read;
pub mod orders;
pub mod policies;
pub mod timeline;
pub mod timers;
