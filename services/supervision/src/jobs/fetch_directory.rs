//! Takes over what routing has put into the object store, without a restart. While NATS is away the copy in the database
//! stays what is known.
use crate::ctx::Ctx;
use crate::usecases::keep_directory::{self, KeepDirectory};
use contracts::cause::{Asked, Cause};
use contracts::directory_content::{DirectoryContentV1, OBJECT};
use runtime::Job;
use std::sync::Arc;

/// Wait between two looks.
const EVERY_MS: u64 = 2_000;

pub(super) fn job(ctx: &Ctx) -> Job {
    let ctx = ctx.clone();
    Job::new("fetch_directory", EVERY_MS, move || run(ctx.clone()))
}

async fn run(ctx: Ctx) -> anyhow::Result<usize> {
    let here = keep_directory::version(&ctx.db).await?;
    let Some(content) = ctx.directory.newer::<DirectoryContentV1>(OBJECT, here).await? else {
        return Ok(0);
    };
    let asked = Asked {
        cause: Cause::asked_by("directory", None),
        command: Arc::new(content),
    };
    Ok(usize::from(ctx.db.execute(&KeepDirectory, asked).await?))
}
