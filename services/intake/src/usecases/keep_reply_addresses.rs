//! The reply addresses of desks outside of the hotline.
use crate::domain::reply_address::ReplyAddress;
use crate::store::reply_addresses;
use db::{Db, DbError};

/// Keeps what is known of one; its secret stays.
///
/// # Errors
/// When the database fails.
pub async fn put(db: &Db, address: &ReplyAddress, by: &str) -> Result<(), DbError> {
    reply_addresses::put(&mut *db.pool().acquire().await?, address, by, db.clock().now()).await
}

/// The only secret of one from now on; false for an unknown one.
///
/// # Errors
/// When the database fails.
pub async fn keep_secret(db: &Db, code: &str, sealed: &[u8], by: &str) -> Result<bool, DbError> {
    let mut conn = db.pool().acquire().await?;
    reply_addresses::set_secret(&mut conn, code, sealed, by, db.clock().now()).await
}

/// All of them, by code.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db) -> Result<Vec<ReplyAddress>, DbError> {
    reply_addresses::list(&mut *db.pool().acquire().await?).await
}

/// One of them.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, code: &str) -> Result<Option<ReplyAddress>, DbError> {
    reply_addresses::get(&mut *db.pool().acquire().await?, code).await
}
