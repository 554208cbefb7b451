//! Months that somebody asked to close, one after the other.
use crate::ctx::Ctx;
use crate::usecases::scores::{ClosePeriod, close_next};
use runtime::Job;

/// Wait between two looks.
const EVERY_MS: u64 = 2_000;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("close_periods", EVERY_MS, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let work = ClosePeriod {
        names: ctx.names.look(&ctx.db).await?,
        policy: ctx.scores_policy().await?,
        offset: ctx.offset(),
    };
    let closed = close_next(&ctx.db, &work).await?;
    if let Some(row) = &closed {
        tracing::info!(
            score.period = row.period,
            score.revision = row.revision,
            score.cases = row.cases,
            "month closed"
        );
    }
    Ok(usize::from(closed.is_some()))
}
