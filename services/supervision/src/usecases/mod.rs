//! What supervision does; one verb per file.
//!
//! - `record_events`: everything anybody publishes, into timeline, orders and clocks
//! - `fire_timers`: clocks whose time has come
//! - `climb`, `fire_ladder`: supervision orders follow the facts of their orders, and time
//! - `open_supervision`, `supervise`, `list_supervision`, `desk`: what people do with supervision orders, and see
//! - `brake_timers`: the storm brake
//! - `arm_waiting`: orders whose calendar was not published when they needed it
//! - `move_clocks`: clocks whose calendar was published differently; `years_missing`: years of which none was published
//! - `policies`: documents of the city, read and put
//! - `request_extension`, `review_extension`: more time for a unit; its clocks move with the verdict
//! - `request_suspension`, `review_suspension`, `lapse_suspensions`, `suspend_order`: an order stands still, and goes on
//! - `keep_directory`: names, levels and parents of units, divisions and matters
//! - `figures`: rates by group, and the orders behind each
//! - `request_exclusion`, `review_exclusion`, `list_exclusions`: 剔除, by two people; `exclusion_share`: within the limits
//! - `reports`: tables of a period beside earlier ones; the monthly notice
//! - `search_orders`: by number, words, unit, matter, division, state, level, lateness, time
//! - `balance`: what became of every contact, and what does not add up
//! - `consultations`: meetings of units about orders, and the rulings they end in
//! - `outcomes`: what units promised where they met, and what became of it
//! - `referrals`: the whole record of an order goes to discipline inspection
//! - `watch_matters`, `list_emerging`: matters that stand out from their own history
//! - `scores`: months scored, closed, corrected, checked
//! - `get_order`, `get_timeline`, `list_orders`, `find_gaps`: reads
pub mod arm_waiting;
pub mod balance;
pub mod brake_timers;
mod climb;
pub mod consultations;
pub mod desk;
pub mod exclusion_share;
pub mod figures;
pub mod find_gaps;
pub mod fire_ladder;
pub mod fire_timers;
pub mod get_order;
pub mod get_timeline;
pub mod keep_directory;
pub mod lapse_suspensions;
pub mod list_emerging;
pub mod list_exclusions;
pub mod list_orders;
pub mod list_reclassified;
pub mod list_supervision;
pub mod move_clocks;
pub mod open_supervision;
pub mod outcomes;
pub mod policies;
pub mod record_events;
pub mod referrals;
pub mod reports;
pub mod request_exclusion;
pub mod request_extension;
pub mod request_suspension;
pub mod review_exclusion;
pub mod review_extension;
pub mod review_suspension;
pub mod scores;
pub mod search_orders;
mod shelf;
pub mod supervise;
pub mod suspend_order;
mod watch;
pub mod watch_matters;
pub mod years_missing;

pub use policies::PolicyShelf;
pub use shelf::CalendarShelf;
