//! Work that time causes.
//!
//! | Job | Every | Use case |
//! |---|---|---|
//! | `refresh_directory` | `service.refresh_ms` | `directories` |
mod refresh_directory;

use crate::ctx::Ctx;
use runtime::Job;

/// All jobs.
#[must_use]
pub fn jobs(ctx: &Ctx) -> Vec<Job> {
    vec![refresh_directory::job(ctx)]
}
