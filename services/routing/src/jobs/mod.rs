//! Work that time causes.
//!
//! | Job | Every | Use case |
//! |---|---|---|
//! | `refresh_directory` | `service.refresh_ms` | `directories` |
//! | `refresh_texts` | `service.refresh_ms`, for examples `service.text.refresh_ms` | `texts` |
mod refresh_directory;
mod refresh_texts;

use crate::ctx::Ctx;
use runtime::Job;

/// All jobs.
#[must_use]
pub fn jobs(ctx: &Ctx) -> Vec<Job> {
    vec![refresh_directory::job(ctx), refresh_texts::job(ctx)]
}
