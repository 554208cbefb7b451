//! Referrals to discipline inspection 移送纪检: the whole record of an order, made once and kept as it was.
pub mod gather;
pub mod make;
mod supervised;

pub use crate::domain::referral::Referral;
use crate::store::referrals;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// One referral.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, referral_id: Uuid) -> Result<Option<Referral>, DbError> {
    referrals::get(db.pool(), referral_id).await
}

/// At most `limit` referrals after a position, the oldest first, without their records.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    order_id: Option<Uuid>,
    unit: Option<&str>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u32,
) -> Result<Vec<Referral>, DbError> {
    referrals::list(db.pool(), order_id, unit, after, i64::from(limit)).await
}
