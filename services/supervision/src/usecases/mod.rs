//! What supervision does; one verb per file.
//!
//! - `record_events`: everything anybody publishes, into timeline, orders and clocks
//! - `fire_timers`: clocks whose time has come
//! - `arm_waiting`: orders whose calendar was not published when they needed it
//! - `move_clocks`: clocks whose calendar was published differently
//! - `policies`: documents of the city, read and put
//! - `request_extension`, `review_extension`, `suspend_order`: what is granted to a unit; clocks move with it
//! - `get_order`, `get_timeline`, `list_orders`, `find_gaps`: reads
pub mod arm_waiting;
pub mod find_gaps;
pub mod fire_timers;
pub mod get_order;
pub mod get_timeline;
pub mod list_orders;
pub mod move_clocks;
pub mod policies;
pub mod record_events;
pub mod request_extension;
pub mod review_extension;
mod shelf;
pub mod suspend_order;
mod watch;

pub use policies::PolicyShelf;
pub use shelf::CalendarShelf;
