//! Reads a page of complaints, newest first. Called by `api::list_complaints`.
use crate::domain::complaint::StoredComplaint;
use crate::domain::{Channel, ComplaintId, Kind};
use crate::store::complaints;
use db::{Db, DbError};

/// Which complaints are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The last one of the page before.
    pub after: Option<ComplaintId>,
    /// By this door only.
    pub channel: Option<Channel>,
    /// Of this kind only.
    pub kind: Option<Kind>,
    /// At most so many.
    pub limit: u32,
}

/// The complaints, and one more than wanted when there are more.
///
/// # Errors
/// When the database fails.
pub async fn list_complaints(db: &Db, wanted: Wanted) -> Result<Vec<StoredComplaint>, DbError> {
    let mut conn = db.pool().acquire().await?;
    complaints::list(
        &mut conn,
        wanted.after,
        wanted.channel,
        wanted.kind,
        i64::from(wanted.limit) + 1,
    )
    .await
}
