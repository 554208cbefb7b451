//! Reads what apps brought. Called by the standard door.
use crate::domain::service_request::ServiceRequest;
use crate::store::service_requests;
use db::{Db, DbError};

pub use crate::store::service_requests::{Span, Wanted};

/// What is looked for, the newest first; `page` counts from 0.
///
/// # Errors
/// When the database fails.
pub async fn list_service_requests(
    db: &Db,
    wanted: &Wanted,
    page: u32,
    size: u32,
) -> Result<Vec<ServiceRequest>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let (page, size) = (i64::from(page), i64::from(size));
    service_requests::list(&mut conn, wanted, size, page * size).await
}

/// The number of what the app posted with this idempotency key.
///
/// # Errors
/// When the database fails.
pub async fn number_of_token(db: &Db, app: &str, by: &str, token: &str) -> Result<Option<String>, DbError> {
    service_requests::number_of_key(&mut *db.pool().acquire().await?, app, by, token).await
}
