//! Reads transfers, and notes that a person has seen to an alarm.
use crate::domain::transfer::Transfer;
use crate::store::ownerships::{self, Ownership};
use crate::store::{peer_messages, transfer_alarms, transfers};
use contracts::ids::TransferId;
use db::{Db, DbError};

pub use crate::store::peer_messages::Untaken;
pub use crate::store::transfer_alarms::Open;
pub use crate::store::transfers::Wanted;

/// A page, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_transfers(db: &Db, wanted: &Wanted, limit: i64) -> Result<Vec<Transfer>, DbError> {
    transfers::list(&mut *db.pool().acquire().await?, wanted, limit).await
}

/// One, and when the case was ours.
///
/// # Errors
/// When the database fails.
pub async fn get_transfer(
    db: &Db,
    transfer_id: TransferId,
) -> Result<Option<(Transfer, Option<Ownership>)>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let wanted = Wanted {
        transfer_id: Some(transfer_id),
        ..Wanted::default()
    };
    let Some(transfer) = transfers::list(&mut conn, &wanted, 1).await?.into_iter().next() else {
        return Ok(None);
    };
    let ownership = ownerships::of(&mut conn, &transfer).await?;
    Ok(Some((transfer, ownership)))
}

/// What the other hotline did not take of what it was told.
///
/// # Errors
/// When the database fails.
pub async fn untaken(db: &Db, transfer_id: TransferId) -> Result<Vec<Untaken>, DbError> {
    peer_messages::untaken(&mut *db.pool().acquire().await?, transfer_id).await
}

/// A person has seen to a refused or lapsed emergency; false when it is none.
///
/// # Errors
/// When the database fails.
pub async fn clear_alarm(db: &Db, transfer_id: TransferId, by: &str) -> Result<bool, DbError> {
    let now = db.clock().now();
    transfer_alarms::clear(&mut *db.pool().acquire().await?, transfer_id, by, now).await
}

/// How many alarms wait for a person.
///
/// # Errors
/// When the database fails.
pub async fn open_alarms(db: &Db) -> Result<Open, DbError> {
    transfer_alarms::count(&mut *db.pool().acquire().await?).await
}
