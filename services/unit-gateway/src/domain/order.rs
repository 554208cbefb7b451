//! What every document tells of an order: its content (from intake) and its assignment (from routing).
use chrono::{DateTime, Utc};
use contracts::directory::{PlaceV1, UnitRef};
use contracts::ids::{MatterCode, OrderId};
use contracts::terms::{ReturnRightV1, TermsV1};
use contracts::unit_documents::UnitSupplementV1;
use contracts::words::{Kind, Urgency};

/// The part that does not depend on the unit. There is no field for an identity.
#[derive(Clone, PartialEq, Debug)]
pub struct OrderContent {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// One line, personal data masked.
    pub title: String,
    /// What is wanted, personal data masked.
    pub text: String,
    /// Entry of the catalogue, when the agent chose one.
    pub matter: Option<MatterCode>,
    /// Where.
    pub place: PlaceV1,
    /// Contact only through the hotline.
    pub confidential: bool,
    /// Start of the total clock.
    pub accepted_at: DateTime<Utc>,
    /// What the caller added since, oldest first.
    pub supplements: Vec<UnitSupplementV1>,
}

/// What an amendment makes of the content.
#[derive(Clone, PartialEq, Debug)]
pub struct Correction {
    /// The order.
    pub order_id: OrderId,
    /// Entry of the catalogue.
    pub matter: Option<MatterCode>,
    /// Where.
    pub place: PlaceV1,
    /// 紧急程度.
    pub urgency: Urgency,
}

/// The part that one generation decides.
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    /// 主办.
    pub lead: UnitRef,
    /// 协办.
    pub co_handlers: Vec<UnitRef>,
    /// The matter it was routed by.
    pub matter: Option<MatterCode>,
    /// Time limits.
    pub terms: TermsV1,
    /// When this generation was dispatched.
    pub assigned_at: DateTime<Utc>,
    /// Last moment to ask for a return, when routing could compute it.
    pub return_until: Option<DateTime<Utc>>,
    /// Whether and how often the lead may ask for a return; `None` = as its terms say.
    pub return_right: Option<ReturnRightV1>,
    /// Why this unit, in Chinese.
    pub why: Vec<String>,
}
