//! Indexes the words of a new directory, and learns from orders whose matter people have given or confirmed.
use crate::ctx::Ctx;
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let every_ms = ctx.config.refresh_ms;
    let (db, directories, texts) = (ctx.db.clone(), ctx.directories.clone(), ctx.texts.clone());
    Job::new("refresh_texts", every_ms, move || {
        let (db, directories, texts) = (db.clone(), directories.clone(), texts.clone());
        async move {
            let directory = directories.current(&mut *db.pool().acquire().await?).await?;
            Ok(match directory {
                Some(directory) => texts.refresh(&db, &directory).await?,
                None => 0,
            })
        }
    })
}
