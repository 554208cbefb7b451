//! Reads what the caller of a complaint may be told. Called by `api::get_progress`.
use crate::domain::complaint::Treatment;
use crate::domain::progress::Progress;
use crate::store::{complaints, orders};
use db::{Db, DbError};

/// The progress of the complaint with this number, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn get_progress(db: &Db, complaint_number: &str) -> Result<Option<Progress>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(complaint_id) = complaints::id_of_number(&mut conn, complaint_number).await? else {
        return Ok(None);
    };
    let Some(complaint) = complaints::get(&mut conn, complaint_id).await? else {
        return Ok(None);
    };
    let orders = orders::of_complaint(&mut conn, complaint_id).await?;
    let disposition = complaint.content.treatment.disposition();
    let told_at_once = match complaint.content.treatment {
        Treatment::Answered { answer } => Some(answer),
        Treatment::Declined { advice, .. } => Some(advice),
        Treatment::Orders(_) | Treatment::Joins(_) => None,
    };
    Ok(Some(Progress {
        complaint_number: complaint.complaint_number,
        source_number: complaint.content.source_number,
        disposition,
        told_at_once,
        accepted_at: complaint.accepted_at,
        orders,
    }))
}
