//! What people look at.
use super::{Consultation, Ruling, WaitingRow};
use crate::store::consultations as store;
use chrono::{DateTime, Utc};
use db::{Db, DbError};
use uuid::Uuid;

/// A consultation with its rulings, in the order in which they were made.
pub type WithRulings = (Consultation, Vec<Ruling>);

/// Place in a list: time and id.
pub type Position = (DateTime<Utc>, Uuid);

/// One consultation.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, consultation_id: Uuid) -> Result<Option<WithRulings>, DbError> {
    let Some(row) = store::get(db.pool(), consultation_id).await? else {
        return Ok(None);
    };
    Ok(with_rulings(db, vec![row]).await?.pop())
}

/// At most `limit` consultations after a position, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    state: Option<&str>,
    order_id: Option<Uuid>,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<WithRulings>, DbError> {
    let rows = store::list(db.pool(), state, order_id, after, i64::from(limit)).await?;
    with_rulings(db, rows).await
}

/// Adds their rulings to consultations.
///
/// # Errors
/// When the database fails.
async fn with_rulings(db: &Db, rows: Vec<Consultation>) -> Result<Vec<WithRulings>, DbError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.consultation_id).collect();
    let rulings = store::rulings(db.pool(), &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = rulings
                .iter()
                .filter(|r| r.consultation_id == row.consultation_id);
            let own = own.cloned().collect();
            (row, own)
        })
        .collect())
}

/// At most `limit` disputed orders after a position for which nobody has called a consultation, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &Db, after: Option<Position>, limit: u32) -> Result<Vec<WaitingRow>, DbError> {
    store::waiting(db.pool(), after, i64::from(limit)).await
}
