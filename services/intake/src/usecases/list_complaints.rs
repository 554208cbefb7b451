//! Reads a page of complaints, newest first. Called by `api::list_complaints`.
use crate::domain::complaint::StoredComplaint;
use crate::domain::{Channel, ComplaintId, Kind};
use crate::store::{complaints, repeats};
use db::{Db, DbError};

/// Which complaints are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The last one of the page before.
    pub after: Option<ComplaintId>,
    /// The one under this number of the sending system only; goes with `channel`.
    pub source_number: Option<String>,
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
    if let (Some(channel), Some(number)) = (wanted.channel, &wanted.source_number) {
        let fits = |complaint: &StoredComplaint| {
            wanted.kind.is_none_or(|kind| complaint.content.kind == kind)
                && wanted.after.is_none_or(|after| complaint.complaint_id < after)
        };
        let found = match repeats::find(&mut conn, &[], &[(channel, number)]).await?.first() {
            Some(earlier) => complaints::get(&mut conn, earlier.receipt.complaint_id).await?,
            None => None,
        };
        return Ok(found.into_iter().filter(fits).collect());
    }
    complaints::list(
        &mut conn,
        wanted.after,
        wanted.channel,
        wanted.kind,
        i64::from(wanted.limit) + 1,
    )
    .await
}
