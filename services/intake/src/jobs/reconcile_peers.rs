//! Once a day: what another hotline thinks of our transfers, what we think, and where that differs.
use crate::ctx::Ctx;
use crate::usecases::keep_peers;
use runtime::Job;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("reconcile_peers", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let before = ctx.db.clock().now() - ctx.transfers.reconcile_every();
    let mut compared = 0;
    for peer in keep_peers::to_reconcile(&ctx.db, before, ctx.links.stream.is_some()).await? {
        match ctx.reconcile(&peer).await {
            Ok(made) => {
                compared += 1;
                if !made.differences.is_empty() {
                    tracing::error!(
                        peer,
                        differences = made.differences.len(),
                        "two hotlines do not think the same of their transfers"
                    );
                }
            }
            Err(error) => tracing::warn!(peer, %error, "a hotline could not be compared with"),
        }
    }
    Ok(compared)
}
