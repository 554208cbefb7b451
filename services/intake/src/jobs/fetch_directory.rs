//! Takes over what routing has put into the object store, without a restart. While NATS is away the copy in the database
//! stays what is known.
use crate::ctx::Ctx;
use crate::usecases::keep_directory::{self, KeepDirectory};
use contracts::cause::{Asked, Cause};
use contracts::directory_content::{DirectoryContentV1, OBJECT};
use runtime::Job;
use std::sync::Arc;

pub(super) fn job(ctx: Ctx, every_ms: u64) -> Job {
    Job::new("fetch_directory", every_ms, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let here = keep_directory::version(&ctx.db).await?;
    let Some(content) = ctx.objects.newer::<DirectoryContentV1>(OBJECT, here).await? else {
        return Ok(0);
    };
    let version = content.version;
    let asked = Asked {
        cause: Cause::asked_by("directory", None),
        command: Arc::new(content),
    };
    let taken = ctx.db.execute(&KeepDirectory, asked).await?;
    if taken {
        tracing::info!(directory.version = version, "directory taken over");
    }
    Ok(usize::from(taken))
}
