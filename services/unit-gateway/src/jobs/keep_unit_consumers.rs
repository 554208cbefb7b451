//! Every unit on NATS has its durable consumer. One that is missing means that the stream was lost: what the unit may
//! not have read is sent again, and then the consumer is made anew. In this order, because the missing consumer is
//! what tells of the loss: whatever fails or ends in between, the next run finds it and does it all again.
use crate::ctx::Ctx;
use crate::usecases::resend_lost::{ResendLost, units_on_nats};
use chrono::TimeDelta;
use contracts::cause::{Asked, Cause};
use contracts::ids::UnitCode;
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("keep_unit_consumers", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let units = units_on_nats(&ctx.db).await?;
    if units.is_empty() {
        return Ok(0);
    }
    let missing = ctx.stream.without_consumer(units).await?;
    if missing.is_empty() {
        return Ok(0);
    }
    let cause = Cause::asked_by("clock", None);
    let asked: Vec<Asked<UnitCode>> = missing
        .iter()
        .map(|unit| Asked {
            cause: cause.clone(),
            command: unit.clone(),
        })
        .collect();
    let resend = ResendLost {
        closed: TimeDelta::days(ctx.config.delivery.resend_closed_days),
    };
    ctx.db.execute_many(&resend, &asked).await?;
    let mut failed = None;
    for unit in &missing {
        // One that cannot be made does not keep the others from theirs.
        if let Err(error) = ctx.stream.keep_consumer(unit).await {
            failed = Some(error);
        }
    }
    match failed {
        None => Ok(missing.len()),
        Some(error) => Err(error.into()),
    }
}
