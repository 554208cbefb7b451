//! A pack's folder into a database, for programs that run beside the service (the all-in-one). Whoever can do this holds the
//! database's own key, so the rule of two people does not bind it; the version says which program it was.
use crate::pack;
use crate::store::directory_versions;
use crate::usecases::publish_directory::{self, Alone, Command, Content, PublishError};
use db::{Clock, Db, DbError};
use sqlx::PgPool;
use std::path::Path;
use std::sync::Arc;

/// Local time of Chinese cities.
const UTC_OFFSET_SECS: i32 = 28_800;

/// Checks the pack in `folder` and publishes it through the service's own use case; answers the version that decides
/// now. The same content again changes nothing.
///
/// # Errors
/// Every fault of the pack with file, line, column and value, or why it could not be stored.
pub async fn import_pack(pool: &PgPool, folder: &Path, by: &str) -> Result<i64, PublishError> {
    publish(pool, folder, check(folder).await?, by).await
}

async fn check(folder: &Path) -> Result<Arc<Content>, PublishError> {
    publish_directory::check(pack::read_folder(folder)?, UTC_OFFSET_SECS, ()).await
}

async fn publish(pool: &PgPool, folder: &Path, content: Arc<Content>, by: &str) -> Result<i64, PublishError> {
    let clock = Clock::following_database();
    clock.synchronise(pool).await.map_err(DbError::from)?;
    let note = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let command = Command {
        content,
        by: by.to_owned(),
        note,
        alone: Alone::Always,
    };
    let published = publish_directory::publish(&Db::new(pool.clone(), clock), command).await?;
    Ok(published.version)
}

/// As [`import_pack`], but once per content: when this pack is what the program published last, what people have
/// published since stays.
///
/// # Errors
/// As [`import_pack`].
pub async fn load_pack(pool: &PgPool, folder: &Path, by: &str) -> Result<i64, PublishError> {
    let content = check(folder).await?;
    let mut conn = pool.acquire().await.map_err(DbError::from)?;
    let last = directory_versions::last_pack_by(&mut conn, by).await?;
    let newest = directory_versions::newest(&mut conn).await?;
    drop(conn);
    match newest {
        Some(newest) if last.as_deref() == Some(content.hash()) => Ok(newest),
        _ => publish(pool, folder, content, by).await,
    }
}
