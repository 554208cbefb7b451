//! Years whose days off the policy does not name although they are near: said in the log every hour until a version names them.
use crate::ctx::Ctx;
use runtime::Job;

const EVERY_MS: u64 = 3_600_000;

pub(super) fn job(ctx: Ctx) -> Job {
    Job::new("watch_calendar", EVERY_MS, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let mut conn = ctx.db.pool().acquire().await?;
    let policies = ctx.lapse.policies.current(&mut conn).await?;
    for year in policies.years_missing(ctx.db.clock().now()) {
        tracing::warn!(
            code = "calendar.year_missing",
            year,
            "callers are called on holidays of this year as on working days until the policy names them"
        );
    }
    Ok(0)
}
