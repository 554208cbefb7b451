//! Years whose days off are missing: said in the log every hour, and in a figure for alarms, until the list is published.
use crate::ctx::Ctx;
use crate::usecases::years_missing::years_missing;
use runtime::Job;
use telemetry::metrics::Metrics;

const EVERY_MS: u64 = 3_600_000;

pub(super) fn job(ctx: &Ctx, metrics: &Metrics) -> Job {
    let ctx = ctx.clone();
    let missing = metrics.gauge(
        "calendar_years_missing",
        "years of the next 60 days whose days off are in no calendar that holds",
        &[],
    );
    Job::new("watch_calendars", EVERY_MS, move || {
        let (ctx, missing) = (ctx.clone(), missing.clone());
        async move {
            let years = years_missing(&ctx.db, &ctx.shelf).await?;
            let count = i64::try_from(years.len()).unwrap_or(i64::MAX);
            missing.with_label_values::<&str>(&[]).set(count);
            for (year, calendars) in years {
                let calendars = calendars.join(", ");
                tracing::warn!(
                    code = "calendar.year_missing",
                    year,
                    calendars,
                    "due times that run into this year leave out weekends only"
                );
            }
            Ok(0)
        }
    })
}
