//! One task.
use crate::store::listing::Listed;
use contracts::ids::CallbackId;
use db::{Db, DbError};

/// The task, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn get_callback(db: &Db, callback_id: CallbackId) -> Result<Option<Listed>, DbError> {
    crate::store::listing::get(db.pool(), callback_id).await
}
