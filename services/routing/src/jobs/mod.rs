//! Work that time causes.
//!
//! | Job | Every | Use case |
//! |---|---|---|
//! | `distribute_directory` | 2 s | `read_directory` |
//! | `refresh_directory` | `service.refresh_ms` | `directories` |
//! | `refresh_texts` | `service.refresh_ms`, for examples `service.text.refresh_ms` | `texts` |
mod distribute_directory;
mod refresh_directory;
mod refresh_texts;

use crate::ctx::Ctx;
use bus::objects::Objects;
use runtime::Job;

/// All jobs.
#[must_use]
pub fn jobs(ctx: &Ctx, store: &Objects) -> Vec<Job> {
    vec![
        refresh_directory::job(ctx),
        distribute_directory::job(ctx, store),
        refresh_texts::job(ctx),
    ]
}
