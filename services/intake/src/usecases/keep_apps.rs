//! The citizens' apps: who they are, with which key they come, and how much they may post.
use crate::domain::app::App;
use crate::store::apps;
use chrono::{DurationRound as _, TimeDelta};
use db::{Db, DbError};

/// Keeps what is known of an app; its key stays.
///
/// # Errors
/// When the database fails.
pub async fn put_app(db: &Db, app: &App, by: &str) -> Result<(), DbError> {
    apps::put(&mut *db.pool().acquire().await?, app, by, db.clock().now()).await
}

/// All apps, by code.
///
/// # Errors
/// When the database fails.
pub async fn list_apps(db: &Db) -> Result<Vec<App>, DbError> {
    apps::list(&mut *db.pool().acquire().await?).await
}

/// The only key of an app from now on; false for an unknown app.
///
/// # Errors
/// When the database fails.
pub async fn issue_key(db: &Db, code: &str, key_hash: &[u8], by: &str) -> Result<bool, DbError> {
    let mut conn = db.pool().acquire().await?;
    apps::set_key(&mut conn, code, key_hash, by, db.clock().now()).await
}

/// The active app with this key.
///
/// # Errors
/// When the database fails.
pub async fn holder(db: &Db, key_hash: &[u8]) -> Result<Option<String>, DbError> {
    apps::of_key(&mut *db.pool().acquire().await?, key_hash).await
}

/// Counts one post in the running hour; false when the app has had all of them.
///
/// # Errors
/// When the database fails.
pub async fn count_post(db: &Db, code: &str) -> Result<bool, DbError> {
    let now = db.clock().now();
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    apps::count_post(&mut *db.pool().acquire().await?, code, hour).await
}
