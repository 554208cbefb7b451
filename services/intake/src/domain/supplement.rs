//! What callers add to complaints.
use super::ComplaintId;
use chrono::{DateTime, Utc};

/// What a caller added to a complaint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supplement {
    /// The complaint.
    pub complaint_id: ComplaintId,
    /// 1, 2, 3, … inside the complaint.
    pub supplement: i32,
    /// What was added, masked.
    pub text: String,
    /// `agent:<subject>`.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, Vec<u8>)>,
}
