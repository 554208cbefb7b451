//! One task.
use crate::store::listing::Listed;
use contracts::ids::CallbackId;
use db::{Db, DbError};
use uuid::Uuid;

/// The task, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn get_callback(db: &Db, callback_id: CallbackId) -> Result<Option<Listed>, DbError> {
    crate::store::listing::get(db.pool(), callback_id).await
}

/// The tasks with these ids, oldest promise first.
///
/// # Errors
/// When the database fails.
pub async fn get_callbacks(db: &Db, ids: &[Uuid]) -> Result<Vec<Listed>, DbError> {
    crate::store::listing::by_ids(db.pool(), ids).await
}
