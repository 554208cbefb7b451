//! WAY IN: time. What is due is claimed in SQL, sent with no transaction open, and recorded.
mod deliver_nats; // due documents of units on NATS, published together
mod deliver_webhooks; // due documents of webhooks, called concurrently and fairly
mod drop_old_documents; // documents of orders that ended long ago
mod fetch_directory; // the newest directory, from the object store into the database
mod keep_unit_consumers; // durable consumers of units, made anew when their stream was lost
mod measure_deliveries; // figures
mod watch_endpoints; // alarms of endpoints that fail, test calls to those
mod watch_feeds; // units that wait at their feed are told of new documents
mod watch_readers; // alarms of units on NATS that do not read

use crate::ctx::Ctx;
use runtime::Job;

/// Wait between two looks at the units' consumers.
const CONSUMERS_EVERY_MS: u64 = 30_000;
/// Wait between two looks for a new directory.
const DIRECTORY_EVERY_MS: u64 = 5_000;
/// Wait between two looks for endpoints that fail.
const ENDPOINTS_EVERY_MS: u64 = 5_000;
/// Wait between two looks whether units on NATS read; each lists all their consumers.
const READERS_EVERY_MS: u64 = 60_000;
/// Wait between two figures.
const FIGURES_EVERY_MS: u64 = 5_000;

/// Wait between two looks for documents that may be dropped.
const DROP_EVERY_MS: u64 = 600_000;

/// The list.
#[must_use]
pub fn all(ctx: &Ctx) -> Vec<Job> {
    let delivery = &ctx.config.delivery;
    let woken = |job: Job| job.woken_by(ctx.db.applied(), delivery.gather_ms);
    vec![
        woken(deliver_nats::job(ctx.clone(), delivery.poll_ms)),
        woken(deliver_webhooks::job(ctx.clone(), delivery.poll_ms)),
        woken(watch_feeds::job(ctx.clone(), delivery.poll_ms)),
        fetch_directory::job(ctx.clone(), DIRECTORY_EVERY_MS),
        keep_unit_consumers::job(ctx.clone(), CONSUMERS_EVERY_MS),
        drop_old_documents::job(ctx.clone(), DROP_EVERY_MS),
        watch_endpoints::job(ctx.clone(), ENDPOINTS_EVERY_MS),
        watch_readers::job(ctx.clone(), READERS_EVERY_MS),
        measure_deliveries::job(ctx.clone(), FIGURES_EVERY_MS),
    ]
}
