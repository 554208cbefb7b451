//! Way in: time.
mod fetch_directory; // the newest directory, from the object store into the database
mod know_directory; // from the database into memory

use crate::ctx::Ctx;
use runtime::Job;

/// Wait between two looks into the object store.
const FETCH_EVERY_MS: u64 = 2_000;
/// Wait between two looks for what another replica has fetched.
const KNOW_EVERY_MS: u64 = 1_000;

/// The list.
#[must_use]
pub fn all(ctx: &Ctx) -> Vec<Job> {
    vec![
        fetch_directory::job(ctx.clone(), FETCH_EVERY_MS),
        know_directory::job(ctx.clone(), KNOW_EVERY_MS),
    ]
}
