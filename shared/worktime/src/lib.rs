//! Working-time arithmetic (`domain.md` §4): when is a limit over, and why then? Pure: no I/O, no clock.
//!
//! Called by supervision (the clocks), routing (the return window) and intake (the promise to a caller) with calendars from the
//! directory, and by callback with the calling hours of its policy.
//!
//! ```text
//! CalendarV1 ──try_from──▶ Calendar ──due(limit, from)──▶ Due { at, explanation: Why }
//! ```
//!
//! What surprises:
//! - A *working day* 工作日 is a public matter, *working hours* are the unit's own. A water company that works on
//!   Sundays and holidays uses up working hours then, but no working day (see [`Calendar::is_working_day`]).
//! - A make-up workday 调休 is worked by Monday's hours (see [`Calendar::spans`]).
//! - All loops end: a due time more than [`HORIZON_DAYS`] ahead is an error.
mod calendar;
mod count;
mod due;
mod error;
mod explain;
mod parse;
mod recompute;
mod span;
mod steps;
mod why;

pub use calendar::{Calendar, DayKind};
pub use due::{Due, due, due_changed, due_suspended};
pub use error::{CalendarError, Problem, WorktimeError};
pub use explain::Lang;
pub use recompute::{ChangedDay, DayStatus, Recomputed, recompute};
pub use why::{CountedDay, Extension, NamedCalendar, SkipReason, SkippedDay, Start, Suspension, Why};

/// Ten years: the longest limit of the field is 180 days, so a due time beyond this is a broken calendar.
pub const HORIZON_DAYS: i64 = 3_653;
