//! Work that time causes.
//!
//! | Job | Pause | What |
//! |---|---|---|
//! | `fire_timers` | `fire_every_ms` | clocks whose time has come, in chunks |
//! | `fire_ladder` | `fire_every_ms` | orders that the ladder must look at because time has passed |
//! | `arm_waiting` | `arm_every_ms` | orders whose calendar was not here yet |
//! | `move_clocks` | `fire_every_ms` | clocks whose calendar was published differently |
//! | `resume_suspended` | `arm_every_ms` | suspensions whose time is up |
//! | `lapse_suspensions` | `arm_every_ms` | requests for a suspension whose time passed while they waited |
//! | `watch_matters` | 60 s | matters of this hour beside their own history |
//! | `fetch_directory` | 2 s | names and levels of a newer directory version |
//! | `watch_calendars` | 1 h | years whose days off are missing |
//! | `close_periods` | 2 s | months that somebody asked to close or correct |
mod arm_waiting;
mod close_periods;
mod fetch_directory;
mod fire_ladder;
mod fire_timers;
mod lapse_suspensions;
mod move_clocks;
mod resume_suspended;
mod watch_calendars;
mod watch_matters;

use crate::ctx::Ctx;
use runtime::Job;
use telemetry::metrics::Metrics;

/// All jobs.
#[must_use]
pub fn jobs(ctx: &Ctx, metrics: &Metrics) -> Vec<Job> {
    vec![
        fire_timers::job(ctx, metrics.clone()),
        fire_ladder::job(ctx),
        arm_waiting::job(ctx),
        resume_suspended::job(ctx),
        lapse_suspensions::job(ctx),
        move_clocks::job(ctx),
        fetch_directory::job(ctx),
        watch_matters::job(ctx),
        watch_calendars::job(ctx, metrics),
        close_periods::job(ctx),
    ]
}
