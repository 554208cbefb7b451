//! Every unit on NATS has its durable consumer. One that is missing means that the stream was lost: it is made
//! anew, and what the unit has not signed is sent again.
use crate::ctx::Ctx;
use crate::usecases::resend_unsigned::{ResendUnsigned, units_on_nats};
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
    for unit in &missing {
        ctx.stream.keep_consumer(unit).await?;
    }
    let cause = Cause::asked_by("clock", None);
    let asked: Vec<Asked<UnitCode>> = missing
        .into_iter()
        .map(|command| Asked {
            cause: cause.clone(),
            command,
        })
        .collect();
    ctx.db.execute_many(&ResendUnsigned, &asked).await?;
    Ok(asked.len())
}
