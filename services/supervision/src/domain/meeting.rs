//! A consultation as it is kept, and what it ruled.
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A consultation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consultation {
    /// The consultation.
    pub consultation_id: Uuid,
    /// What it is about.
    pub orders: Vec<Uuid>,
    /// Who is summoned.
    pub units: Vec<String>,
    /// What is to be settled.
    pub question: String,
    /// When they meet.
    pub meets_at: DateTime<Utc>,
    /// Where.
    pub meets_where: String,
    /// Where it is: 现场督办.
    pub on_site: bool,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
    /// Word of a [`super::ConsultationState`].
    pub state: String,
    /// Who called it.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Which units came; `None` = not held yet.
    pub came: Option<Vec<String>>,
    /// What was said.
    pub minutes: Option<String>,
    /// Who wrote that.
    pub held_by: Option<String>,
    /// When.
    pub held_at: Option<DateTime<Utc>>,
    /// Who cancelled it, or ended it without a ruling.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    pub end_reason: Option<String>,
    /// Key of the request.
    pub idempotency_key: Option<String>,
    /// And its hash.
    pub request_hash: Option<Vec<u8>>,
}

/// A ruling.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ruling {
    /// The ruling.
    pub ruling_id: Uuid,
    /// Where it was made.
    pub consultation_id: Uuid,
    /// About which order.
    pub order_id: Uuid,
    /// 主办
    pub lead: String,
    /// 协办
    pub co_handlers: Vec<String>,
    /// `None` = the order's.
    pub matter: Option<String>,
    /// `None` = the finest of the order's place.
    pub division: Option<String>,
    /// 条件; empty = none.
    pub conditions: String,
    /// The document.
    pub basis: String,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// Who.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When routing refused it; `None` = it stands.
    pub refused_at: Option<DateTime<Utc>>,
    /// Stable code of the problem.
    pub refusal_code: Option<String>,
    /// What is at fault.
    pub refusal_field: Option<String>,
    /// Why.
    pub refusal_reason: Option<String>,
}
