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

/// Looks before it asks the database: then what lies there can only be newer than what the database says when the
/// database was set back. Another replica may be quicker; the next run sees.
async fn run(ctx: Ctx, store: Objects) -> anyhow::Result<usize> {
    let seen = store.look(OBJECT).await?;
    let Some(directory) = read_directory::current(&ctx.db, &ctx.directories).await? else {
        return Ok(0);
    };
    let version = directory.version();
    if seen.version() == Some(version) {
        return Ok(0);
    }
    anyhow::ensure!(
        seen.version() < Some(version),
        "the object store holds version {:?} of the directory and the database {version}: was the database restored from a \
         backup? Delete the object {OBJECT}, then this version is put there; services keep the newer one they took over",
        seen.version()
    );
    let Some(row) = read_directory::versions(&ctx.db, Some(version + 1), 1)
        .await?
        .pop()
    else {
        return Ok(0);
    };
    let content = events::directory_content(&directory, row.published_at);
    let replaced = store
        .replace(&seen, version, &serde_json::to_vec(&content)?)
        .await?;
    if replaced {
        tracing::info!(version, "directory distributed");
    }
    Ok(usize::from(replaced))
}
