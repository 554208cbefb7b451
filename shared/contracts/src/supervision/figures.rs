//! Events about figures: exclusions, scores, emerging matters.
use crate::event::event;
use crate::ids::{OrderId, UnitCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// 剔除: somebody asks that an order be left out of figures. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExclusionRequestedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request.
    pub exclusion_id: Uuid,
    /// Generation of the assignment it is about; absent = every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<i32>,
    /// Figures it is left out of; empty = all.
    pub figures: Vec<String>,
    /// Stable code of the city's policy, e.g. `impossible`, `unreasonable`.
    pub reason: String,
    /// Why, personal data masked.
    pub note: String,
}
event!(ExclusionRequestedV1, "supervision", "exclusion", "requested", 1);

/// A second person agreed: the order is left out. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExclusionGrantedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request.
    pub exclusion_id: Uuid,
    /// The reviewer's reason, personal data masked.
    pub note: String,
}
event!(ExclusionGrantedV1, "supervision", "exclusion", "granted", 1);

/// A second person did not agree: the order counts. Key: order id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExclusionDeniedV1 {
    /// The order.
    pub order_id: OrderId,
    /// The request.
    pub exclusion_id: Uuid,
    /// The reviewer's reason, personal data masked.
    pub note: String,
}
event!(ExclusionDeniedV1, "supervision", "exclusion", "denied", 1);

/// The score of a unit for a closed period is another than before: the period was closed (revision 1), or corrected.
/// Key: id of the unit's line of scores.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScoreChangedV1 {
    /// The unit's line of scores; follows from its code.
    pub line_id: Uuid,
    /// The unit.
    pub unit: UnitCode,
    /// `YYYY-MM`.
    pub period: String,
    /// 1 = the closing; each correction is one more.
    pub revision: i32,
    /// Score of the revision before, in hundredths of a point; absent = none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_hundredths: Option<i64>,
    /// Score now, in hundredths of a point; absent = too few orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_hundredths: Option<i64>,
    /// Why there is a new revision, personal data masked.
    pub reason: String,
}
event!(ScoreChangedV1, "supervision", "score", "changed", 1);

/// 未诉先办: a matter comes up in an area far more often than its own history explains. Key: the alert.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MatterEmergedV1 {
    /// The alert.
    pub alert_id: Uuid,
    /// Entry of the matter catalogue.
    pub matter: String,
    /// Code of the area; absent = the whole city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Start of the window that was counted.
    pub window_from: DateTime<Utc>,
    /// Its end.
    pub window_to: DateTime<Utc>,
    /// Orders of the matter in the window.
    pub orders: i64,
    /// What its history lets expect, in hundredths of an order.
    pub expected_hundredths: i64,
    /// Its share of all orders of the window, in hundredths of a percent.
    pub share_hundredths: i64,
}
event!(MatterEmergedV1, "supervision", "matter", "emerged", 1);
