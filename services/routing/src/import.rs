//! A pack's folder into a database, for programs that run beside the service (the all-in-one).
use crate::pack;
use crate::usecases::publish_directory::{self, PublishError};
use db::{Clock, Db};
use sqlx::PgPool;
use std::path::Path;

/// Local time of Chinese cities.
const UTC_OFFSET_SECS: i32 = 28_800;

/// Checks the pack in `folder` and publishes it through the service's own use case; answers the version that decides
/// now. The same content again changes nothing.
///
/// # Errors
/// Every fault of the pack with file, line, column and value, or why it could not be stored.
pub async fn import_pack(pool: &PgPool, folder: &Path, by: &str) -> Result<i64, PublishError> {
    let files = pack::read_folder(folder)?;
    let clock = Clock::following_database();
    clock.synchronise(pool).await.map_err(db::DbError::from)?;
    let db = Db::new(pool.clone(), clock);
    let note = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let published = publish_directory::publish(&db, files, UTC_OFFSET_SECS, by.to_owned(), note).await?;
    Ok(published.version)
}
