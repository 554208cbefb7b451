//! Orders that the ladder must look at because time has passed.
use crate::ctx::Ctx;
use crate::usecases::brake_timers::Brake;
use crate::usecases::fire_ladder::{Command, FireLadder, fire_chunk};
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("fire_ladder", ctx.config.fire_every_ms, move || {
        let ctx = ctx.clone();
        async move {
            let work = FireLadder {
                policy: ctx.config.policy(),
                shelf: ctx.shelf.clone(),
                policies: ctx.policies.clone(),
            };
            let command = Command {
                limit: ctx.config.fire_chunk_max,
                brake: Brake {
                    due_min: ctx.config.storm_due_min,
                    percent: ctx.config.storm_percent,
                },
            };
            Ok(fire_chunk(&ctx.db, &work, command).await?)
        }
    })
}
