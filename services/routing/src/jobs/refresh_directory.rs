//! Takes over a directory that another replica has published, before the first decision needs it.
use crate::ctx::Ctx;
use runtime::Job;

pub(super) fn job(ctx: &Ctx) -> Job {
    let every_ms = ctx.config.refresh_ms;
    let (db, directories) = (ctx.db.clone(), ctx.directories.clone());
    Job::new("refresh_directory", every_ms, move || {
        let (db, directories) = (db.clone(), directories.clone());
        async move { Ok(directories.refresh(&db).await?) }
    })
}
