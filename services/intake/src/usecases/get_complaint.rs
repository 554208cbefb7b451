//! Reads one complaint with its orders. Called by `api::get_complaint`.
use crate::domain::ComplaintId;
use crate::domain::complaint::StoredComplaint;
use crate::domain::progress::OrderProgress;
use crate::domain::supplement::Supplement;
use crate::store::{complaints, identities, orders, results, supplements};
use db::{Db, DbError};

pub use crate::store::results::Told;

/// A complaint as staff see it.
#[derive(Clone, PartialEq, Debug)]
pub struct ComplaintView {
    /// What was registered.
    pub complaint: StoredComplaint,
    /// `138****5678`; never for a confidential complaint.
    pub phone_masked: Option<String>,
    /// Its orders, or the one it follows.
    pub orders: Vec<OrderProgress>,
    /// What the caller added later, oldest first.
    pub supplements: Vec<Supplement>,
    /// The reply address to which its result goes, and how that goes.
    pub reply: Option<Told>,
}

/// The complaint, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn get_complaint(db: &Db, complaint_id: ComplaintId) -> Result<Option<ComplaintView>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(complaint) = complaints::get(&mut conn, complaint_id).await? else {
        return Ok(None);
    };
    let orders = orders::of_complaint(&mut conn, complaint_id).await?;
    let identity = match complaint.content.confidential {
        true => None,
        false => identities::get(&mut conn, &[complaint_id])
            .await?
            .remove(&complaint_id)
            .and_then(|(_, identity)| identity),
    };
    Ok(Some(ComplaintView {
        complaint,
        phone_masked: identity.and_then(|identity| identity.phone_masked),
        orders,
        supplements: supplements::of_complaint(&mut conn, complaint_id).await?,
        reply: results::of_complaint(&mut conn, complaint_id).await?,
    }))
}
