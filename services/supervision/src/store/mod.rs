//! The tables of supervision; the only place with SQL.
pub mod calendar_moves;
pub mod calendars;
pub mod clocks;
pub mod extensions;
pub mod gaps;
pub mod grants;
pub mod listing;
mod order_read;
pub mod orders;
pub mod policies;
pub mod suspensions;
pub mod timeline;
pub mod timers;
