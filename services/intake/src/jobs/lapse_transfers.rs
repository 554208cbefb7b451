//! Offers whose time is over, by the database's time; and how much waits for a person.
use crate::ctx::Ctx;
use crate::usecases::{lapse_transfers, read_transfers};
use runtime::Job;

const BATCH_MAX: i64 = 200;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("lapse_transfers", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let ended = lapse_transfers::lapse(&ctx.db, BATCH_MAX).await?;
    let open = read_transfers::open_alarms(&ctx.db).await?;
    ctx.alarms.with_label_values(&["emergency"]).set(open.emergencies);
    ctx.alarms
        .with_label_values(&["unregistered"])
        .set(open.unregistered);
    Ok(ended)
}
