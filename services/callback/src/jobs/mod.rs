//! WAY IN: time. Messages that are due are sent with no transaction open; messages that were not answered lapse; a year without
//! days off is missed.
mod lapse_messages; // the next attempt of tasks whose message was not answered in time
mod send_messages; // links and results, through intake
mod watch_calendar; // years whose days off the policy does not name

use crate::ctx::Ctx;
use runtime::Job;

/// Wait between two looks.
const EVERY_MS: u64 = 1_000;

/// The list; none where no messages are sent.
#[must_use]
pub fn all(ctx: &Ctx) -> Vec<Job> {
    let lapse = lapse_messages::job(ctx.clone(), EVERY_MS);
    let watch = watch_calendar::job(ctx.clone());
    match &ctx.messages {
        Some(sender) => vec![
            send_messages::job(ctx.clone(), sender.clone(), EVERY_MS),
            lapse,
            watch,
        ],
        None => vec![lapse, watch],
    }
}
