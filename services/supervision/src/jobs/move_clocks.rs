//! Clocks that run by a calendar which was published differently.
use crate::ctx::Ctx;
use crate::usecases::move_clocks::{MoveClocks, move_chunk};
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("move_clocks", ctx.config.fire_every_ms, move || {
        let ctx = ctx.clone();
        async move {
            let work = MoveClocks {
                policy: ctx.config.policy(),
                shelf: ctx.shelf.clone(),
                policies: ctx.policies.clone(),
            };
            Ok(move_chunk(&ctx.db, &work, ctx.config.fire_chunk_max).await?)
        }
    })
}
