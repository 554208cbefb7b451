//! Puts what other services need of the newest version into the object store, and puts it again should it be gone.
use crate::ctx::Ctx;
use crate::events;
use crate::usecases::read_directory;
use bus::objects::Objects;
use contracts::directory_content::OBJECT;
use runtime::Job;

/// Wait between two looks: the event tells at once, this mends.
const EVERY_MS: u64 = 2_000;

pub(super) fn job(ctx: &Ctx, store: &Objects) -> Job {
    let (ctx, store) = (ctx.clone(), store.clone());
    Job::new("distribute_directory", EVERY_MS, move || {
        run(ctx.clone(), store.clone())
    })
}

async fn run(ctx: Ctx, store: Objects) -> anyhow::Result<usize> {
    let Some(directory) = read_directory::current(&ctx.db, &ctx.directories).await? else {
        return Ok(0);
    };
    let version = directory.version();
    if store.version(OBJECT).await? == Some(version) {
        return Ok(0);
    }
    let Some(row) = read_directory::versions(&ctx.db, Some(version + 1), 1)
        .await?
        .pop()
    else {
        return Ok(0);
    };
    let content = events::directory_content(&directory, row.published_at);
    store.put(OBJECT, version, &serde_json::to_vec(&content)?).await?;
    tracing::info!(version, "directory distributed");
    Ok(1)
}
