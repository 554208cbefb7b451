//! Way in: time.
mod fetch_directory; // the newest directory, from the object store into the database
mod hear_peers; // what other hotlines have sent over NATS
mod know_directory; // from the database into memory
mod lapse_transfers; // offers that nobody answered in time
mod reconcile_peers; // what other hotlines think of our transfers
mod register_again; // cases that are ours and could not be registered
mod tell_peers; // what is to be told to other hotlines
mod tell_results; // to the desks that brought complaints

use crate::ctx::Ctx;
use runtime::Job;

/// Wait between two looks into the object store.
const FETCH_EVERY_MS: u64 = 2_000;
/// Wait between two looks for what another replica has fetched.
const KNOW_EVERY_MS: u64 = 1_000;
/// Wait between two looks for cases that could not be registered.
const REGISTER_EVERY_MS: u64 = 5_000;
/// Wait between two looks for peers to compare with.
const RECONCILE_EVERY_MS: u64 = 60_000;

/// The list.
#[must_use]
pub fn all(ctx: &Ctx) -> Vec<Job> {
    vec![
        fetch_directory::job(ctx.clone(), FETCH_EVERY_MS),
        know_directory::job(ctx.clone(), KNOW_EVERY_MS),
        lapse_transfers::job(ctx.clone(), ctx.transfers.lapse_every_ms),
        register_again::job(ctx.clone(), REGISTER_EVERY_MS),
        tell_peers::job(ctx.clone(), ctx.transfers.tell_every_ms),
        tell_results::job(ctx.clone(), ctx.replies.tell_every_ms),
        hear_peers::job(ctx.clone(), ctx.transfers.hear_every_ms),
        reconcile_peers::job(ctx.clone(), RECONCILE_EVERY_MS),
    ]
}
